import { DataLoader, type HostArray, mapDataset, WorkerPool } from "@nn/data";
import { decodeImage, imageToArray } from "@nn/data/images";

/** How far each way of taking an image is from its pixels. */
export async function images(): Promise<{
  readonly shape: readonly number[];
  readonly farthest: Readonly<Record<string, number>>;
}> {
  const [width, height] = [32, 16];
  const pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    pixels.data.set([7 * x, 15 * y, 3 * (x + y), 255], 4 * i);
  }
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")!.putImageData(pixels, 0, 0);
  const [png, jpeg, webp] = await Promise.all([
    canvas.convertToBlob({ type: "image/png" }),
    canvas.convertToBlob({ type: "image/jpeg", quality: 1 }),
    canvas.convertToBlob({ type: "image/webp", quality: 1 }),
  ]);
  const frame = new VideoFrame(canvas, { timestamp: 0 });
  const expected = imageToArray(pixels);
  const found: Readonly<Record<string, HostArray>> = {
    canvas: imageToArray(canvas),
    imageBitmap: imageToArray(await createImageBitmap(pixels)),
    videoFrame: imageToArray(frame),
    pngBlob: await decodeImage(png),
    pngBytes: await decodeImage(await png.arrayBuffer()),
    jpegBlob: await decodeImage(jpeg),
    jpegBytes: await decodeImage(await jpeg.arrayBuffer()),
    webpBytes: await decodeImage(await webp.arrayBuffer()),
  };
  frame.close();
  const farthest: Record<string, number> = {};
  for (const [name, { data }] of Object.entries(found)) {
    farthest[name] = Math.max(...Array.from(data, (value, i) => Math.abs(value - expected.data[i])));
  }
  return { shape: expected.shape, farthest };
}

const source = `export async function decode({ value, task }) {
  if (task === "throw") throw new Error("no picture");
  if (task === "uncaught") { setTimeout(() => { throw new Error("out of reach"); }); return new Promise(() => {}); }
  await new Promise((resolve) => setTimeout(resolve, 20 - 3 * value));
  return { x: Float32Array.of(10 * value) };
}`;

/** What comes of a loader over workers, and the texts of two errors. */
export async function decoding(): Promise<{
  readonly values: readonly number[];
  readonly thrown: string;
  readonly uncaught: string;
}> {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const pool = new WorkerPool<{ value: number; task?: string }, { x: Float32Array }>(url, { workers: 2 });
  const failure = (task: string) => pool.run({ value: 0, task }, 3).then(String, String);
  const thrown = await failure("throw");
  const values: number[] = [];
  const numbers = { length: 7, get: (value: number) => ({ value }) };
  // Where no worker can be started there is nothing to decode.
  if (thrown.includes("no picture")) {
    for await (const { x } of new DataLoader(mapDataset(numbers, pool.run), { batchSize: 2 })) {
      values.push(...(await x.data()));
    }
  }
  const uncaught = await failure("uncaught");
  await pool.close();
  return { values, thrown, uncaught };
}
