/// <reference types="@webgpu/types" />
import { BackendError } from "@nn/backend";
import type { BindingAccess, Program, ShaderProgram } from "../engine.js";
import type { Failures } from "./failures.js";
import { type Translation, translate } from "./translate.js";

/** A compiled text. */
export interface Pipeline {
  readonly id: number;
  readonly key: string;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** Bytes of the uniform block. */
  readonly bytes: number;
  /** Word of the first number of a call. */
  readonly firstScalar: number;
  /** Types of the params of a shader. */
  readonly params: readonly ("u32" | "i32" | "f32")[];
  /** How it uses its buffers. */
  readonly access: readonly BindingAccess[];
}

/** Texts compiled so far, by key. */
export class Pipelines {
  private readonly known = new Map<string, Pipeline>();
  private readonly layouts = new Map<string, { group: GPUBindGroupLayout; pipeline: GPUPipelineLayout }>();

  constructor(
    private readonly device: GPUDevice,
    private readonly failures: Failures,
  ) {}

  get size(): number {
    return this.known.size;
  }

  /** The pipeline of a gpu.js text. */
  translated(key: string, program: () => Program): Pipeline {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const text = program();
    const { wgsl, bytes, firstScalar } = translated(key, text);
    const access: BindingAccess[] = [...text.arrays.map(() => "read" as const), "read_write"];
    return this.compile({ key, wgsl, access, bytes, firstScalar, params: [] });
  }

  /** The pipeline of a text in WGSL. */
  shader(key: string, program: () => ShaderProgram): Pipeline {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const text = program();
    return this.compile({
      key,
      wgsl: declared(text),
      access: text.buffers.map(([, access]) => access),
      bytes: Math.max(16, Math.ceil(text.params.length / 4) * 16),
      firstScalar: 0,
      params: text.params.map(([, type]) => type),
    });
  }

  private compile({
    key,
    wgsl,
    access,
    ...rest
  }: Omit<Pipeline, "id" | "pipeline" | "layout"> & { readonly wgsl: string }): Pipeline {
    const made = this.failures.watch(
      "validation",
      () => `kernel "${key}" does not compile`,
      () => {
        const layout = this.layoutOf(access);
        const module = this.device.createShaderModule({ label: key, code: wgsl });
        const compute = { module, entryPoint: "main" };
        const pipeline = this.device.createComputePipeline({ label: key, layout: layout.pipeline, compute });
        return { id: this.known.size, key, pipeline, layout: layout.group, access, ...rest };
      },
    );
    this.known.set(key, made);
    return made;
  }

  private layoutOf(access: readonly BindingAccess[]) {
    const key = access.join();
    const known = this.layouts.get(key);
    if (known !== undefined) return known;
    const compute = 4;
    const entries: GPUBindGroupLayoutEntry[] = [
      { binding: 0, visibility: compute, buffer: { type: "uniform", hasDynamicOffset: true } },
      ...access.map((kind, i) => ({
        binding: i + 1,
        visibility: compute,
        buffer: { type: kind === "read" ? ("read-only-storage" as const) : ("storage" as const) },
      })),
    ];
    const group = this.device.createBindGroupLayout({ entries });
    const made = { group, pipeline: this.device.createPipelineLayout({ bindGroupLayouts: [group] }) };
    this.layouts.set(key, made);
    return made;
  }
}

function translated(key: string, text: Program): Translation {
  try {
    return translate(text);
  } catch (cause) {
    throw new BackendError({
      where: "webgpu",
      problem: `kernel "${key}" cannot be translated`,
      rows: [["reason", cause instanceof Error ? cause.message : String(cause)]],
      fix: "write it in what gpu.js knows of JavaScript, see its README",
      cause,
    });
  }
}

/** Puts the declarations before the body. */
function declared({ params, buffers, body }: ShaderProgram): string {
  const members = params.length === 0 ? ["  unused : u32,"] : params.map(([name, type]) => `  ${name} : ${type},`);
  // Extensions must come first.
  const enables = body.match(/^\s*enable [^;]*;/gm) ?? [];
  return [
    ...enables,
    `struct Params {\n${members.join("\n")}\n}`,
    "@group(0) @binding(0) var<uniform> params : Params;",
    ...buffers.map(([name, access], i) => `@group(0) @binding(${i + 1}) var<storage, ${access}> ${name} : array<f32>;`),
    body.replace(/^\s*enable [^;]*;/gm, ""),
  ].join("\n");
}
