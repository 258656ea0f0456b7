import { arch, cpus, platform } from "node:os";
import type { Backend } from "@nn/tensor";

/** What a run was computed with. Names no host and no user. */
export interface Environment {
  readonly backend: string;
  readonly threads: number;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly system: string;
}

export function environmentOf(backend: Backend): Environment {
  const cores = cpus();
  return {
    backend: `${backend.name} (${backend.capabilities.adapter})`,
    threads: backend.capabilities.threads,
    node: process.versions.node,
    cpu: cores[0]?.model.trim() || "unknown",
    cores: cores.length,
    system: `${platform()} ${arch()}`,
  };
}
