import { definePackage } from "@nn-tooling/build";

// gpu.js as a dependency would bring 126 MB of drivers; what is used of it goes into one file.
export default definePackage({ inline: ["src/vendor/webgpu-kernel.ts", "src/vendor/gl-kernels.ts"] });
