const block = 512;

/** The files of a tar archive by their paths: views of its bytes. */
export function readTar(bytes: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const text = (start: number, length: number) => {
    const field = bytes.subarray(start, start + length);
    const end = field.indexOf(0);
    return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
  };
  for (let at = 0; at + block <= bytes.length && bytes[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12).trim(), 8);
    const start = at + block;
    if (!(size >= 0 && start + size <= bytes.length)) throw new Error(`the archive ends within ${text(at, 100)}`);
    const type = text(at + 156, 1);
    if (type === "" || type === "0") files.set(text(at, 100), bytes.subarray(start, start + size));
    at = start + Math.ceil(size / block) * block;
  }
  return files;
}
