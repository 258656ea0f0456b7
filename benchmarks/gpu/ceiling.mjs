// What the device can do at most, measured by kernels that do nothing else: a copy, and multiply-adds in registers.

/** @returns `{ adapter, software, flops, bytes }`, both per second; without figures on a software adapter */
export async function ceiling(gpu) {
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new Error("no WebGPU adapter was found");
  const { vendor, architecture, device: model, description } = adapter.info;
  const name = [vendor, architecture, model, description].filter(Boolean).join(" ") || "unnamed adapter";
  const software = adapter.info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|\bcpu\b/i.test(name);
  if (software) return { adapter: name, software };
  const limit = Math.min(adapter.limits.maxStorageBufferBindingSize, adapter.limits.maxBufferSize, 2 ** 28);
  const device = await adapter.requestDevice({
    requiredLimits: { maxStorageBufferBindingSize: limit, maxBufferSize: limit },
  });
  const bytes = await rate(device, copy, limit, (groups) => groups * 64 * 16 * 2);
  const flops = await rate(device, multiplyAdd, 2 ** 24, (groups) => groups * 64 * chains * 4 * 2 * turns);
  device.destroy();
  return { adapter: name, software, flops, bytes };
}

const chains = 8;
const turns = 1024;
const head = `@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> b: array<vec4f>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) n: vec3u) {
  let i = id.x + id.y * n.x * 64u;`;
const copy = `${head} b[i] = a[i]; }`;
const list = (text) => Array.from({ length: chains }, (_, i) => text.replaceAll("$", i)).join(" ");
const multiplyAdd = `${head}
  let x = a[i]; ${list("var r$ = x + $.0;")}
  for (var k = 0u; k < ${turns}u; k++) { ${list("r$ = fma(r$, x, x);")} }
  b[i] = ${list("r$ +")} x; }`;

/** The best of some runs, each long enough to hide what a submit costs. */
async function rate(device, code, size, work) {
  const pipeline = device.createComputePipeline({
    layout: "auto",
    compute: { module: device.createShaderModule({ code }), entryPoint: "main" },
  });
  const [a, b] = [0, 1].map(() => device.createBuffer({ size, usage: GPUBufferUsage.STORAGE }));
  const entries = [a, b].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  const groups = Math.floor(size / 16 / 64);
  const columns = Math.min(groups, 32768);
  const rows = Math.floor(groups / columns);
  const seconds = async (count) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    for (let i = 0; i < count; i++) pass.dispatchWorkgroups(columns, rows);
    pass.end();
    const start = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return (performance.now() - start) / 1000;
  };
  let count = 1;
  while ((await seconds(count)) < 0.05 && count < 4096) count *= 2;
  const times = [];
  for (let i = 0; i < 7; i++) times.push(await seconds(count));
  for (const buffer of [a, b]) buffer.destroy();
  return (work(columns * rows) * count) / Math.min(...times);
}
