// pnpm bench [filter] [--quick] [--json FILE] [--markdown]: installs what the benchmarks compare with, once, and runs them.
import { installPeers, runProgram } from "./start-with-peers.mjs";

installPeers(import.meta.dirname);
runProgram(import.meta.dirname, "bench.mjs", ["--expose-gc"]);
