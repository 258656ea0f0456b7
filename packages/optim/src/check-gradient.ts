import { DataError, DisposedError, describe, type Parameter, ShapeError, type Tensor } from "@nn/tensor";

/** Throws unless the gradient is alive and of the parameter's shape and dtype. */
export function checkGradient(where: string, name: string, parameter: Parameter, gradient: Tensor): void {
  if (gradient.disposed) {
    throw new DisposedError({
      where,
      problem: "a gradient was used after its memory was given back",
      rows: [["parameter", name, describe(parameter)]],
      fix: "compute new gradients for every step; to use them twice, pass { keep: true } to the first step",
    });
  }
  const fits = gradient.dtype === parameter.dtype && String(gradient.shape) === String(parameter.shape);
  if (fits) return;
  throw new ShapeError({
    where,
    problem: "a gradient does not fit its parameter",
    rows: [
      ["parameter", describe(parameter), name],
      ["gradient", describe(gradient)],
    ],
    fix: "gradients.map must keep shape and dtype",
  });
}

/** A step that would move nothing is a mistake of the caller. */
export function noGradientError(
  where: string,
  groups: readonly { readonly parameters: ReadonlyMap<string, Parameter> }[],
): DataError {
  const names = groups.flatMap(({ parameters }) => [...parameters.keys()]);
  const shown = names.slice(0, 8).join(", ") + (names.length > 8 ? ", …" : "");
  return new DataError({
    where,
    problem: "no gradient belongs to a parameter of this optimizer that is not frozen",
    rows: [["parameters", shown]],
    fix: "pass the gradients of valueAndGrad(model, …) of the model that the optimizer was made for",
  });
}
