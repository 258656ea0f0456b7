import { DataError, type ErrorRow } from "@nn/backend";

/** A file that is not what the format asks for. */
export function safetensorsError(problem: string, rows: readonly ErrorRow[], cause?: unknown): DataError {
  return new DataError({
    where: "readSafetensors",
    problem,
    rows,
    fix: "the file is damaged or no safetensors file: copy or download it again, and compare its size",
    cause,
  });
}
