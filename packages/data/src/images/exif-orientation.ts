const orientationTag = 0x0112;

/** How the camera was held, 1 (upright) to 8, from the EXIF part of a JPEG; 1 where there is none. */
export function exifOrientation(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 4 <= bytes.length && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1);
    // The picture itself begins.
    if (marker === 0xda) return 1;
    if (marker !== 0xe1) continue;
    const tiff = at + 10;
    // "Exif", and room for a directory.
    if (tiff + 8 <= bytes.length && view.getUint32(at + 4) === 0x45786966) return readDirectory(view, tiff);
  }
  return 1;
}

function readDirectory(view: DataView, tiff: number): number {
  const little = view.getUint16(tiff) === 0x4949;
  const start = tiff + view.getUint32(tiff + 4, little);
  if (start + 2 > view.byteLength) return 1;
  const entries = view.getUint16(start, little);
  for (let i = 0; i < entries; i++) {
    const entry = start + 2 + 12 * i;
    if (entry + 12 > view.byteLength) return 1;
    if (view.getUint16(entry, little) !== orientationTag) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
