// The contract alone: its helpers work, and its errors are what they say.
import { type DType, isNNError, philoxBits, ShapeError, sizeOf, typedArray } from "@nn/backend";

const dtype: DType = "f32";
const array: Float32Array = typedArray(dtype, sizeOf([2, 3]));
if (array.length !== 6) throw new Error("typedArray has the wrong length");
if (typeof philoxBits !== "function") throw new Error("philoxBits is missing");

const error = new ShapeError({ where: "consumer", problem: "a test", fix: "none needed" });
export default isNNError(error) && error.message.includes("consumer");
