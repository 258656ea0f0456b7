import { crc32, deflateSync } from "node:zlib";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A PNG as a data URI. `pixels` holds one byte (gray) or four bytes (RGBA) a pixel, row by row. */
export function pngDataUri(pixels: Uint8Array, width: number, height: number): string {
  const bytes = pixels.length / (width * height);
  const lines = Buffer.alloc(height * (1 + width * bytes));
  // Each line starts with the number of its filter; 0 is none.
  for (let y = 0; y < height; y++) {
    lines.set(pixels.subarray(y * width * bytes, (y + 1) * width * bytes), y * (1 + width * bytes) + 1);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, bytes === 4 ? 6 : 0], 8);
  const file = [signature, chunk("IHDR", header), chunk("IDAT", deflateSync(lines)), chunk("IEND", Buffer.alloc(0))];
  return `data:image/png;base64,${Buffer.concat(file).toString("base64")}`;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  out.set(body, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
