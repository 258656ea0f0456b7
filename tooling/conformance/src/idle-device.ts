/**
 * A GPUDevice that takes every call and computes nothing. Which kernels a backend offers and accepts depends on layouts
 * and limits alone, so the support matrix can be written without a GPU. Limits are those that WebGPU guarantees.
 */
export function idleDevice(): object {
  const limits = {
    maxBufferSize: 2 ** 28,
    maxStorageBufferBindingSize: 2 ** 27,
    maxStorageBuffersPerShaderStage: 8,
    maxComputeWorkgroupStorageSize: 16384,
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupsPerDimension: 65535,
    minUniformBufferOffsetAlignment: 256,
    maxUniformBufferBindingSize: 65536,
  };
  const nothing = () => ({});
  const pass = { setPipeline: nothing, setBindGroup: nothing, dispatchWorkgroups: nothing, end: nothing };
  return {
    limits,
    features: new Set(),
    adapterInfo: {},
    lost: new Promise(() => {}),
    queue: { submit: nothing, writeBuffer: nothing, onSubmittedWorkDone: async () => {} },
    createBuffer: ({ size }: { readonly size: number }) => ({
      size,
      mapAsync: async () => {},
      getMappedRange: (_offset = 0, length = size) => new ArrayBuffer(length),
      unmap: nothing,
      destroy: nothing,
    }),
    createShaderModule: () => ({ getCompilationInfo: async () => ({ messages: [] }) }),
    createBindGroupLayout: nothing,
    createPipelineLayout: nothing,
    createComputePipeline: nothing,
    createBindGroup: nothing,
    createCommandEncoder: () => ({
      beginComputePass: () => pass,
      copyBufferToBuffer: nothing,
      clearBuffer: nothing,
      finish: nothing,
    }),
    pushErrorScope: nothing,
    popErrorScope: async () => null,
    destroy: nothing,
  };
}
