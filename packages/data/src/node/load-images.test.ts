import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { loadCifar10, loadFashionMnist, loadMnist } from "../node.js";
import { type CifarDataset, loadCifarFiles } from "./load-cifar10.js";
import { gunzipped, type IdxDataset, loadIdxDataset } from "./load-mnist.js";
import { readTar } from "./read-tar.js";

const sum = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const idx = (shape: number[], data: number[]) =>
  Buffer.concat([
    Buffer.from([0, 0, 8, shape.length]),
    ...shape.map((size) => Buffer.from([0, 0, size >> 8, size & 255])),
    Buffer.from(data),
  ]);
const images = idx([2, 1, 3], [0, 1, 2, 253, 254, 255]);
const labels = idx([2], [7, 3]);

let root: string;
let server: Server;
let address: string;
/** What the server has, and what it was asked for. */
const served = new Map<string, Uint8Array>();
const asked: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url!);
    const file = served.get(request.url!);
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-length": file.length }).end(file);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => server.close());
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "nn-data-"));
  served.clear();
  asked.length = 0;
});
afterEach(() => {
  rmSync(root, { recursive: true });
  vi.unstubAllEnvs();
});

const tiny = (): IdxDataset => ({
  where: "loadTiny",
  folder: "tiny",
  homes: [`${address}gone/`, address],
  contentOf: gunzipped,
  classes: ["a", "b"],
  splits: {
    train: { images: sum(images), labels: sum(labels) },
    test: { images: sum(images), labels: sum(labels) },
  },
});
const serve = () => {
  served.set("/train-images-idx3-ubyte.gz", gzipSync(images));
  served.set("/train-labels-idx1-ubyte.gz", gzipSync(labels));
};

describe("files in the format of MNIST", () => {
  const expected = {
    images: new Uint8Array([0, 1, 2, 253, 254, 255]),
    shape: [2, 1, 1, 3],
    labels: Int32Array.of(7, 3),
    classes: ["a", "b"],
  };
  test("are read from a folder, packed or not", async () => {
    writeFileSync(join(root, "t10k-images-idx3-ubyte.gz"), gzipSync(images, { level: 1 }));
    writeFileSync(join(root, "t10k-labels-idx1-ubyte"), labels);
    expect(await loadIdxDataset(tiny(), { root, split: "test" })).toEqual(expected);
    expect(asked).toEqual([]);
  });
  test("are fetched once, from the first home that has them, and kept whole", async () => {
    serve();
    const seen: string[] = [];
    const options = {
      root: join(root, "new", "folder"),
      download: true,
      onProgress: ({ file, received, total }: { file: string; received: number; total: number | undefined }) =>
        void seen.push(`${file} ${received}/${total}`),
    };
    expect(await loadIdxDataset(tiny(), options)).toEqual(expected);
    expect(asked).toEqual([
      "/gone/train-images-idx3-ubyte.gz",
      "/train-images-idx3-ubyte.gz",
      "/gone/train-labels-idx1-ubyte.gz",
      "/train-labels-idx1-ubyte.gz",
    ]);
    const size = served.get("/train-images-idx3-ubyte.gz")!.length;
    expect(seen[0]).toBe(`train-images-idx3-ubyte.gz ${size}/${size}`);
    expect(readdirSync(options.root).sort()).toEqual(["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"]);
    expect(await loadIdxDataset(tiny(), options)).toEqual(expected);
    expect(asked.length).toBe(4);
  });
  test("are fetched again where they are damaged, and only then", async () => {
    serve();
    writeFileSync(join(root, "train-images-idx3-ubyte.gz"), gzipSync(images).subarray(0, 20));
    await expect(loadIdxDataset(tiny(), { root })).rejects.toThrow(
      /missing or damaged[^]*20 bytes that cannot be unpacked/,
    );
    expect(await loadIdxDataset(tiny(), { root, download: true })).toEqual(expected);
    expect(gunzipSync(readFileSync(join(root, "train-images-idx3-ubyte.gz")))).toEqual(images);
  });
  test("come from a home of one's own first", async () => {
    served.set("/mine/train-images-idx3-ubyte.gz", gzipSync(images));
    served.set("/mine/train-labels-idx1-ubyte.gz", gzipSync(labels));
    await loadIdxDataset(tiny(), { root, download: true, url: `${address}mine` });
    expect(asked).toEqual(["/mine/train-images-idx3-ubyte.gz", "/mine/train-labels-idx1-ubyte.gz"]);
  });
  test("of other content are refused, and nothing is left behind", async () => {
    serve();
    served.set("/train-images-idx3-ubyte.gz", gzipSync(labels));
    await expect(loadIdxDataset(tiny(), { root, download: true })).rejects.toThrow(
      /cannot be fetched[^]*gone[^]*says 404[^]*other content, sha256[^]*put the file into/,
    );
    expect(readdirSync(root)).toEqual([]);
  });
  test("without a network the error says what to put where", async () => {
    const alone = { ...tiny(), homes: ["http://127.0.0.1:1/"] };
    await expect(loadIdxDataset(alone, { root, download: true })).rejects.toThrow(
      /cannot be fetched[^]*127\.0\.0\.1:1\/train-images[^]*put the file into .*nn-data-/,
    );
    await expect(loadIdxDataset(alone, { root })).rejects.toThrow(
      /train-images-idx3-ubyte\.gz[^]*not there[^]*download: true[^]*yourself from http:\/\/127/,
    );
  });
  test("an abort stops it", async () => {
    serve();
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(loadIdxDataset(tiny(), { root, download: true, signal })).rejects.toThrow("enough");
  });
  test("are kept in the user's cache unless told otherwise", async () => {
    vi.stubEnv("XDG_CACHE_HOME", root);
    serve();
    await loadIdxDataset(tiny(), { download: true });
    expect(readdirSync(join(root, "nn-data", "tiny")).length).toBe(2);
  });
});

/** A tar archive of files, with folders as the real one has. */
function tar(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const entry = (name: string, type: string, data: Uint8Array) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(data.length.toString(8).padStart(11, "0"), 124);
    header.write(type, 156);
    return Buffer.concat([header, data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
  };
  const folder = entry("cifar-10-batches-bin/", "5", new Uint8Array(0));
  return Buffer.concat([
    folder,
    ...Object.entries(files).map(([name, data]) => entry(`cifar-10-batches-bin/${name}`, "0", data)),
    Buffer.alloc(1024),
  ]);
}

describe("files in the format of CIFAR-10", () => {
  const record = 3073;
  const batch = new Uint8Array(10_000 * record);
  for (let i = 0; i < 10_000; i++)
    batch.fill(i % 251, i * record + 1, (i + 1) * record).fill(i % 10, i * record, i * record + 1);
  const archive = gzipSync(tar({ "batches.meta.txt": Buffer.from("airplane\n"), "test_batch.bin": batch }), {
    level: 1,
  });
  const dataset = (): CifarDataset => ({
    where: "loadTiny",
    folder: "tiny",
    homes: [address],
    contentOf: (bytes) => bytes,
    archive: { name: "archive.tar.gz", sha256: sum(archive) },
  });
  const check = ({ images, shape, labels }: Awaited<ReturnType<typeof loadCifar10>>) => {
    expect(shape).toEqual([10_000, 3, 32, 32]);
    expect([labels[0], labels[9], labels[9_999]]).toEqual([0, 9, 9]);
    expect([images[0], images[3071], images[3072], images.at(-1)]).toEqual([0, 0, 1, 9_999 % 251]);
  };

  test("are read from the archive, which is fetched", async () => {
    served.set("/archive.tar.gz", archive);
    check(await loadCifarFiles(dataset(), { root, split: "test", download: true }));
    expect(readdirSync(root)).toEqual(["archive.tar.gz"]);
  });
  test("are read from its folder, or the folder above", async () => {
    const folder = join(root, "cifar-10-batches-bin");
    mkdirSync(folder);
    writeFileSync(join(folder, "test_batch.bin"), batch);
    check(await loadCifarFiles(dataset(), { root, split: "test" }));
    check(await loadCifarFiles(dataset(), { root: folder, split: "test" }));
  });
  test("are refused when they are others", async () => {
    const file = join(root, "test_batch.bin");
    writeFileSync(file, batch.subarray(1));
    await expect(loadCifarFiles(dataset(), { root, split: "test" })).rejects.toThrow(/30730000 bytes +got 30729999/);
    writeFileSync(file, batch.with(record, 10));
    await expect(loadCifarFiles(dataset(), { root, split: "test" })).rejects.toThrow(
      /class from 0 to 9 at byte 3073 +got 10/,
    );
  });
  test("an archive that is cut says where", () => {
    expect(() => readTar(tar({ "test_batch.bin": new Uint8Array(600) }).subarray(0, 1500))).toThrow(
      /ends within .*test_b/,
    );
  });
});

describe.each([
  ["loadMnist", loadMnist, /train-images-idx3-ubyte\.gz[^]*ba891046[^]*ossci-datasets/],
  ["loadFashionMnist", loadFashionMnist, /train-images-idx3-ubyte\.gz[^]*c59f468a[^]*fashion-mnist/],
  ["loadCifar10", loadCifar10, /cifar-10-binary\.tar\.gz[^]*c4a38c50[^]*cs\.toronto\.edu/],
] as const)("%s", (where, load, message) => {
  test("names the file, its sum and its home", async () => {
    await expect(load({ root })).rejects.toThrow(message);
    await expect(load({ root })).rejects.toThrow(`[${where}]`);
  });
  test("knows two parts", async () => {
    await expect(async () => load({ root, split: "valid" as "test" })).rejects.toThrow(/no such split[^]*"valid"/);
  });
});
