// Max and average pooling over planes. Windows side by side and 3 × 3 windows have loops of their own.
import { averageGradJob, averageJob, fillDivisors } from "./average-pool";
import { averageTilesGradJob, averageTilesJob, suitsTiles } from "./average-pool-tiles";
import { images } from "./frame";
import { maxGradJob, maxJob } from "./max-pool";
import { maxHalvesGradJob, maxHalvesJob } from "./max-pool-halves";
import { parallelFor } from "./parallel";
import { average3x3Job, max3x3Job } from "./pool-3x3";
import { average3x3GradJob, max3x3GradJob } from "./pool-3x3-grad";
import { isWorthIt, prepare } from "./pool-setup";
import { suitsStrips } from "./pool-strips";

/** The largest element of each window. Workspace 0: the windows are 2 × 2, side by side, without padding. */
export function maxPool(x: usize, z: usize, workspace: usize): void {
  prepare(x, 0, z, workspace);
  if (workspace == 0) parallelFor(maxHalvesJob, images(), 1, isWorthIt());
  else if (suitsStrips()) parallelFor(max3x3Job, images(), 1, isWorthIt());
  else parallelFor(maxJob, images(), 1, isWorthIt());
}
/** The gradient of x: g goes to the first of the largest elements. */
export function maxPoolGrad(x: usize, g: usize, dx: usize, workspace: usize): void {
  prepare(x, g, dx, workspace);
  if (workspace == 0) parallelFor(maxHalvesGradJob, images(), 1, isWorthIt());
  else if (suitsStrips()) parallelFor(max3x3GradJob, images(), 1, isWorthIt());
  else parallelFor(maxGradJob, images(), 1, isWorthIt());
}
/** The mean of each window; `whole`: padding counts. */
export function averagePool(x: usize, z: usize, whole: i32, workspace: usize): void {
  prepare(x, 0, z, workspace);
  if (suitsTiles()) {
    parallelFor(averageTilesJob, images(), 1, isWorthIt());
    return;
  }
  fillDivisors(whole != 0);
  if (suitsStrips()) parallelFor(average3x3Job, images(), 1, isWorthIt());
  else parallelFor(averageJob, images(), 1, isWorthIt());
}
/** The gradient of x: equal shares of g. */
export function averagePoolGrad(g: usize, dx: usize, whole: i32, workspace: usize): void {
  prepare(0, g, dx, workspace);
  if (suitsTiles()) {
    parallelFor(averageTilesGradJob, images(), 1, isWorthIt());
    return;
  }
  fillDivisors(whole != 0);
  if (suitsStrips()) parallelFor(average3x3GradJob, images(), 1, isWorthIt());
  else parallelFor(averageGradJob, images(), 1, isWorthIt());
}
