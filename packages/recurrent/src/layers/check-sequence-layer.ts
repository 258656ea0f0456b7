import { DataError } from "@nn/tensor";

/** Throws unless a value is a layer over batch-first sequences (or, where `cells`, a cell). */
export function checkSequenceLayer(where: string, name: string, value: unknown, cells: boolean): void {
  const has = (key: string) =>
    typeof value === "object" && value !== null && typeof (value as Record<string, unknown>)[key] === "function";
  const isCell = has("step") && has("initialState");
  if (isCell ? !cells : !has("forward")) {
    throw new DataError({
      where,
      problem: isCell ? "a cell is no layer over sequences" : "this is no recurrent layer",
      rows: [
        ["layer", name],
        ["expected", `a layer whose forward gives { output, state }${cells ? ", or a cell with step" : ""}`],
        ["got", value === null ? "null" : typeof value],
      ],
      fix: isCell ? "wrap it: new Recurrent(cell)" : `new ${where} takes cells or layers such as LSTM and Recurrent`,
    });
  }
  const { batchFirst } = value as { readonly batchFirst?: unknown };
  if (batchFirst !== false) return;
  throw new DataError({
    where,
    problem: "the layer takes its batch second",
    rows: [["layer", name]],
    fix: "leave { batchFirst: false } out, and transpose the input of the whole: x.transpose(0, 1)",
  });
}
