import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { DataError } from "@nn/tensor";

/** How far a download is. */
export interface DownloadProgress {
  readonly file: string;
  /** Bytes so far. */
  readonly received: number;
  /** Bytes in all, where the server says it. */
  readonly total: number | undefined;
}

/** Where the files of a data set are, and where they may come from. */
export interface DatasetFilesOptions {
  /**
   * Folder of the files. Default: a folder of the data set's own in the user's cache (`XDG_CACHE_HOME` or `~/.cache`;
   * `LOCALAPPDATA` on Windows), under `nn-data`.
   */
  readonly root?: string;
  /** Fetches what is missing or damaged. Default false: a program does not use the network unless it is told. */
  readonly download?: boolean;
  /** Address of another home of the same files, asked first. */
  readonly url?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

/** A file of a data set. */
export interface DatasetFile {
  readonly name: string;
  /** Of what `contentOf` makes of the file. */
  readonly sha256: string;
}

/** A data set of files that have well-known homes. */
export interface DatasetHome {
  /** The function that reads it. */
  readonly where: string;
  /** Folder in the cache. */
  readonly folder: string;
  /** Addresses that the names of the files are appended to. */
  readonly homes: readonly string[];
  /** What is checked and used, such as the file without its compression. */
  contentOf(bytes: Uint8Array): Uint8Array;
}

/** Folder of the files. */
export function rootOf(home: DatasetHome, { root }: DatasetFilesOptions): string {
  if (root !== undefined) return root;
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  return join(XDG_CACHE_HOME ?? LOCALAPPDATA ?? join(homedir(), ".cache"), "nn-data", home.folder);
}

/** The content of a file that is in the folder or can be fetched, checked. */
export async function readDatasetFile(
  home: DatasetHome,
  file: DatasetFile,
  options: DatasetFilesOptions,
): Promise<Uint8Array> {
  const path = join(rootOf(home, options), file.name);
  let problem: string;
  try {
    const found = checkedContent(home, file, await readFile(path));
    if (found.content !== undefined) return found.content;
    problem = found.problem;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw readError(home, path, error);
    problem = "it is not there";
  }
  if (options.download === true) return await fetchFile(home, file, path, options);
  throw new DataError({
    where: home.where,
    problem: "a file of the data set is missing or damaged",
    rows: [
      ["file", path],
      ["reason", problem],
      ["sha256", file.sha256, "of the content"],
    ],
    fix: `pass { download: true } to fetch it, or put it there yourself from ${home.homes[0]}${file.name}`,
  });
}

/** Content that has the right sum, or what is wrong. */
function checkedContent(
  home: DatasetHome,
  file: DatasetFile,
  bytes: Uint8Array,
): { readonly content: Uint8Array } | { readonly content: undefined; readonly problem: string } {
  let content: Uint8Array;
  try {
    content = home.contentOf(bytes);
  } catch (error) {
    return { content: undefined, problem: `${bytes.length} bytes that cannot be unpacked: ${messageOf(error)}` };
  }
  const sum = createHash("sha256").update(content).digest("hex");
  if (sum === file.sha256) return { content };
  return { content: undefined, problem: `${bytes.length} bytes of other content, sha256 ${sum}` };
}

/** Tries the homes one after another. */
async function fetchFile(
  home: DatasetHome,
  file: DatasetFile,
  path: string,
  options: DatasetFilesOptions,
): Promise<Uint8Array> {
  const tried: (readonly [string, string])[] = [];
  for (const base of [...(options.url === undefined ? [] : [options.url]), ...home.homes]) {
    const url = new URL(file.name, base.endsWith("/") ? base : `${base}/`).href;
    try {
      const bytes = await download(url, file.name, options);
      const found = checkedContent(home, file, bytes);
      if (found.content === undefined) throw new Error(found.problem);
      await writeWhole(path, bytes);
      return found.content;
    } catch (error) {
      options.signal?.throwIfAborted();
      tried.push([url, messageOf(error)]);
    }
  }
  throw new DataError({
    where: home.where,
    problem: "a file of the data set cannot be fetched",
    rows: [...tried, ["sha256", file.sha256, "of the content"]],
    fix: `without a network, put the file into ${dirname(path)} yourself; { url } names another home`,
  });
}

async function download(url: string, file: string, { signal, onProgress }: DatasetFilesOptions): Promise<Uint8Array> {
  const response = await fetch(url, { signal });
  if (!response.ok || response.body === null) throw new Error(`the server says ${response.status}`);
  const length = response.headers.get("content-length");
  // A server that packs what it sends gives the length of the packed bytes.
  const packed = response.headers.has("content-encoding");
  const total = length === null || packed ? undefined : Number(length);
  const parts: Uint8Array[] = [];
  let received = 0;
  const reader = response.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
    received += next.value.length;
    onProgress?.({ file, received, total });
  }
  return Buffer.concat(parts);
}

/** The file is there whole or not at all, whoever else fetches it at the same time. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(part, bytes);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function readError(home: DatasetHome, path: string, cause: unknown): DataError {
  return new DataError({
    where: home.where,
    problem: "a file of the data set cannot be read",
    rows: [
      ["file", path],
      ["reason", messageOf(cause)],
    ],
    fix: "look at the folder's permissions, or pass another root",
    cause,
  });
}

/** The innermost reason: fetch says no more than "fetch failed". */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? messageOf(error.cause) : error.message || error.name;
}
