import { cases as conv } from "@nn/conv/cases";
import { cases as layers } from "@nn/layers/cases";
import { cases as optim } from "@nn/optim/cases";
import { cases as tensor } from "@nn/tensor/cases";

/** The cases of all packages: what every backend of the project must pass. */
export const suites = [tensor, layers, conv, optim];
