import { createHash } from "node:crypto";
import type { Json } from "../pack.js";

/** The file that makes a folder a checkpoint. Written last, so that what it speaks of is there. */
export const manifestName = "checkpoint.json";

export const formatName = "nn-checkpoint";
export const formatVersion = 1;

/** A tensor as the manifest lists it. */
export interface ManifestTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** What a checkpoint says about itself. */
export interface Manifest {
  readonly format: string;
  readonly version: number;
  readonly epoch: number;
  readonly step: number;
  /** The safetensors file beside it. */
  readonly file: { readonly name: string; readonly bytes: number; readonly sha256: string };
  readonly tensors: readonly ManifestTensor[];
  readonly values: Json;
}

/** The manifest as a text that ends with its own checksum. */
export function writeManifest(manifest: Manifest): string {
  return `${JSON.stringify({ ...manifest, sha256: sha256(JSON.stringify(manifest)) }, null, 1)}\n`;
}

/** Checksum of bytes or of a text, in hexadecimal. */
export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}
