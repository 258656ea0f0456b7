import { isTensor, type Tensor, type TypedArray } from "@nn/tensor";

/** Small tensors of one step, or their values where the backend could read them at once. */
export type Measured = readonly Tensor[] | readonly TypedArray[];

type Deliver = (values: readonly TypedArray[]) => void | Promise<void>;

interface Entry {
  readonly values: Promise<readonly TypedArray[]>;
  readonly deliver: Deliver;
  arrived: boolean;
}

/** How many steps may be under way on the device before the oldest is waited for. */
const mostPending = 8;

/** Reads the numbers of steps without making the steps wait for them, and hands them on in order. */
export class ReadQueue {
  readonly #entries: Entry[] = [];

  /** Takes the tensors over; what has arrived is handed on. */
  async push(measured: Measured, deliver: Deliver): Promise<void> {
    if (this.#entries.length === 0 && !isTensors(measured)) return deliver(measured);
    const entry: Entry = {
      values: isTensors(measured) ? readAll(measured) : Promise.resolve(measured),
      deliver,
      arrived: false,
    };
    const arrived = () => {
      entry.arrived = true;
    };
    // A failed read is reported when its turn comes.
    entry.values.then(arrived, arrived);
    this.#entries.push(entry);
    while (this.#entries[0]?.arrived === true || this.#entries.length > mostPending) await this.#handOn();
  }

  /** Waits for everything. */
  async drain(): Promise<void> {
    while (this.#entries.length > 0) await this.#handOn();
  }

  async #handOn(): Promise<void> {
    const { values, deliver } = this.#entries.shift()!;
    await deliver(await values);
  }
}

async function readAll(tensors: readonly Tensor[]): Promise<readonly TypedArray[]> {
  try {
    return await Promise.all(tensors.map((tensor) => tensor.data()));
  } finally {
    for (const tensor of tensors) tensor.dispose();
  }
}

function isTensors(measured: Measured): measured is readonly Tensor[] {
  return isTensor(measured[0]);
}
