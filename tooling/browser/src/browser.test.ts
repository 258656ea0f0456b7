import { loadBatches } from "@nn-tooling/conformance/swap/batches";
import type { Moved } from "@nn-tooling/conformance/swap/moves";
import { thereAndBack } from "@nn-tooling/conformance/swap/routes";
import { itMoved } from "@nn-tooling/conformance/swap/test-moves";
import { trainings } from "@nn-tooling/conformance/swap/trainings";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executable, launch } from "./chromium.js";
import type { Tasks } from "./main.js";
import { serve } from "./site.js";

const reason = "no Chromium on this machine: apt-get install chromium, or set NN_CHROMIUM";
if (executable === undefined) console.log(`Browser tests are skipped: ${reason}`);

type Name = keyof Tasks;
type Result<N extends Name> = Awaited<ReturnType<Tasks[N]>>;

describe.skipIf(executable === undefined)("in Chromium", { timeout: 60_000 }, () => {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(), serve()]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  async function open(headers: "plain" | "isolated" | "strict"): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(`${site.address}/${headers}/page.html`);
    return page;
  }

  /** Runs a task in the page. */
  function onPage<N extends Name>(page: Page, name: N, ...values: Parameters<Tasks[N]>): Promise<Result<N>> {
    return page.evaluate(
      ([name, values]) => {
        const { runTask } = globalThis as unknown as { runTask(name: Name, values: unknown): Promise<Result<N>> };
        return runTask(name, values);
      },
      [name, values] as const,
    );
  }

  /** Runs a task in a Worker of the page. */
  function inWorker<N extends Name>(page: Page, name: N, ...values: Parameters<Tasks[N]>): Promise<Result<N>> {
    return page.evaluate(
      (task) =>
        new Promise<Result<N>>((resolve, reject) => {
          const worker = new Worker("main.js");
          worker.onmessage = ({ data }) => {
            worker.terminate();
            resolve(data);
          };
          worker.onerror = ({ message }) => reject(new Error(message));
          worker.postMessage(task);
        }),
      [name, values] as const,
    );
  }

  const runs = [
    ["cpu() on a page", "plain", onPage, ["cpu", {}], 1],
    ["wasm() on a page", "plain", onPage, ["wasm", {}], 1],
    ["wasm() with two threads on an isolated page", "isolated", onPage, ["wasm", { threads: 2 }], 2],
    ["wasm() with one thread in a Worker", "isolated", inWorker, ["wasm", { threads: 1 }], 1],
    ["wasm() with two threads in a Worker", "isolated", inWorker, ["wasm", { threads: 2 }], 2],
  ] as const;
  it.each(runs)("%s keeps the contract", async (title, headers, where, values, threads) => {
    const page = await open(headers);
    const report = await where(page, "conformance", values[0], values[1]);
    await page.close();
    console.log(`${title}: ${report.passed} passed, ${report.failures.length} failed`);
    expect(report.failures).toEqual([]);
    expect(report.passed).toBeGreaterThan(1000);
    expect(report.capabilities?.threads).toBe(threads);
  });

  // Thousands of kernels on software drivers take minutes.
  it.each(["webgpu", "webgl2"] as const)("gpu() on %s keeps the contract", { timeout: 900_000 }, async (engine) => {
    const page = await open("plain");
    const { capabilities, passed, failures, seconds } = await onPage(page, "conformance", engine, {});
    await page.close();
    console.log(`${capabilities?.adapter}: ${passed} passed, ${failures.length} failed, ${seconds.toFixed(0)} s`);
    expect(failures).toEqual([]);
    expect(passed).toBeGreaterThan(5000);
    expect(capabilities?.adapter).toMatch(engine);
  });

  it("has what else is to be asked of WebGL 2, on the page and in a Worker", { timeout: 300_000 }, async () => {
    for (const where of [onPage, inWorker]) {
      const page = await open("plain");
      const { failures, enqueued, done } = await where(page, "webgl2");
      await page.close();
      console.log(`webgl2: an op ${enqueued.toFixed(1)} µs to enqueue, ${done.toFixed(1)} µs in all`);
      expect(failures).toEqual([]);
    }
  });

  describe.each(trainings)("$title in training", (training) => {
    // Every ordered pair that involves WebGL; swap.test.ts of tooling/conformance has the others.
    const route = thereAndBack("webgl2", ["cpu", "wasm", "webgpu"] as const);
    let moved: Moved;
    beforeAll(async () => {
      const page = await open("plain");
      // As many as there are steps on two backends: a page takes its time over more.
      const batches = (await loadBatches()).slice(0, 2 * training.steps);
      moved = await onPage(page, "swap", training.title, route, batches);
      await page.close();
    }, 600_000);
    itMoved(route, training, () => moved);
  });

  it("makes an error of a WebGL context that is lost, never zeros, and a new backend works", async () => {
    const page = await open("plain");
    await onPage(page, "lostContext");
    await page.close();
  });

  it("gives the same bits with any number of threads, on the page and in a Worker", async () => {
    const page = await open("isolated");
    const { losses } = await onPage(page, "training", { threads: 1 });
    expect(losses[9]).toBeLessThan(losses[0]);
    expect(page.workers().length).toBe(0);
    expect(await onPage(page, "training", { threads: 3 })).toEqual({ threads: 3, losses });
    expect(page.workers().length).toBe(2);
    expect(await inWorker(page, "training", { threads: 2 })).toEqual({ threads: 2, losses });
    await page.close();
  });

  it("takes one thread by itself where the page is not isolated, and says why where more are asked for", async () => {
    const page = await open("plain");
    expect((await onPage(page, "training", {})).threads).toBe(1);
    expect(await onPage(page, "refusal", { threads: 2 })).toMatch(
      /UnsupportedError[^]*not cross-origin isolated[^]*Cross-Origin-Opener-Policy: same-origin/,
    );
    await page.close();
  });

  it("starts workers from a served file where the policy forbids others", async () => {
    const page = await open("strict");
    expect((await onPage(page, "training", {})).threads).toBe(1);
    expect(await onPage(page, "refusal", { threads: 2 })).toMatch(
      /UnsupportedError[^]*could not be started[^]*workerUrl/,
    );
    const options = { threads: 2, workerUrl: `${site.address}/strict/worker.js` };
    expect((await onPage(page, "training", options)).threads).toBe(2);
    await page.close();
  });

  it("takes pixels from everything that a browser shows", async () => {
    for (const where of [onPage, inWorker]) {
      const page = await open("plain");
      const { shape, farthest } = await where(page, "images");
      await page.close();
      expect(shape).toEqual([3, 16, 32]);
      // Video frames may go through other color spaces, and JPEG loses something.
      expect(farthest).toEqual({
        canvas: 0,
        imageBitmap: 0,
        videoFrame: expect.closeTo(0, 1),
        pngBlob: 0,
        pngBytes: 0,
        jpegBlob: expect.closeTo(0, 1),
        jpegBytes: expect.closeTo(0, 1),
        webpBytes: expect.closeTo(0, 1),
      });
    }
  });

  it("decodes samples in workers, in order, and tells what fails", async () => {
    const page = await open("plain");
    const seen = await onPage(page, "decoding");
    expect(seen.values).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(seen.thrown).toMatch(/decode failed in a worker[^]*sample +3[^]*no picture/);
    expect(seen.uncaught).toMatch(/a worker died[^]*out of reach/);
    await page.close();
    const strict = await open("strict");
    expect((await onPage(strict, "decoding")).thrown).toMatch(/a worker died|cannot be loaded/);
    await strict.close();
  });
});
