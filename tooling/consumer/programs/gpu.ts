// The GPU backend where it runs, and elsewhere one error that says what to do.
import { isNNError } from "@nn/backend";
import { engineOf, gpu } from "@nn/backend-gpu";
import { setBackend, tensor } from "@nn/tensor";

async function works(): Promise<boolean> {
  try {
    const backend = await gpu({ prefer: "webgpu" });
    setBackend(backend);
    const sum = await tensor([1, 2, 3]).square().sum().item();
    await backend.dispose();
    return sum === 14 && engineOf(backend).name === "webgpu";
  } catch (error) {
    return isNNError(error) && error.code === "NN_BACKEND" && /webgpu/i.test(error.fix);
  }
}

export default await works();
