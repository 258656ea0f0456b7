import { isTensor } from "@nn/tensor";
import type { HostValues, Measurement } from "./metric.js";

/** Small tensors of one step, or their values where they are at hand. */
export type Measured = readonly Measurement[];

type Deliver = (values: readonly HostValues[]) => void | Promise<void>;

interface Entry {
  readonly values: Promise<readonly HostValues[]>;
  readonly deliver: Deliver;
  arrived: boolean;
}

/** How many steps may be under way on the device before the oldest is waited for. */
const mostPending = 8;

/** Reads the numbers of steps without making the steps wait for them, and hands them on in order. */
export class ReadQueue {
  readonly #entries: Entry[] = [];

  /** Takes the tensors over; what has arrived is handed on. Gives a promise only where there is something to wait for. */
  push(measured: Measured, deliver: Deliver): void | Promise<void> {
    if (this.#entries.length === 0 && isRead(measured)) return deliver(measured);
    const entry: Entry = {
      values: readAll(measured),
      deliver,
      arrived: false,
    };
    const arrived = () => {
      entry.arrived = true;
    };
    // A failed read is reported when its turn comes.
    entry.values.then(arrived, arrived);
    this.#entries.push(entry);
    return this.#handOnArrived();
  }

  /** Waits for everything. */
  async drain(): Promise<void> {
    while (this.#entries.length > 0) await this.#handOn();
  }

  async #handOnArrived(): Promise<void> {
    while (this.#entries[0]?.arrived === true || this.#entries.length > mostPending) await this.#handOn();
  }

  async #handOn(): Promise<void> {
    const { values, deliver } = this.#entries.shift()!;
    await deliver(await values);
  }
}

async function readAll(measured: Measured): Promise<readonly HostValues[]> {
  try {
    return await Promise.all(
      measured.map(async (item) => (isTensor(item) ? { data: await item.data(), shape: item.shape } : item)),
    );
  } finally {
    for (const item of measured) if (isTensor(item)) item.dispose();
  }
}

function isRead(measured: Measured): measured is readonly HostValues[] {
  return !measured.some(isTensor);
}
