import { isModule } from "@nn/layers";
import { type Tree, walk } from "@nn/tensor";

/** Gives a function that sets all modules to the mode (training or evaluation) that they are in now. */
export function rememberModes(model: Tree): () => void {
  const modes: (() => void)[] = [];
  walk(model, (module) => {
    if (!isModule(module)) return;
    const { training } = module;
    modes.push(() => {
      module.training = training;
    });
  });
  return () => modes.forEach((restore) => restore());
}
