// The peers of our own packages are there for turbo as devDependencies. `npm start` installs without those, so inside
// the workspace a peer is installed as a dependency. What is published does not pass through here.

// 130 MB of drivers for all systems: for tests, and for those who ask for the GPU.
const heavy = new Set(["webgpu"]);

// The build puts it into the package; from source it has to be there.
const inlined = new Map([["@nn/backend-gpu", "gpu.js"]]);

// Data sets that are read as files: the code beside them, never run here, would bring 160 packages.
const onlyFiles = /^@stdlib\/datasets-/;

module.exports = {
  hooks: {
    readPackage(manifest) {
      if (onlyFiles.test(manifest.name)) return { ...manifest, dependencies: {} };
      if (!manifest.name?.startsWith("@nn/")) return manifest;
      for (const name of [...Object.keys(manifest.peerDependencies ?? {}), inlined.get(manifest.name)]) {
        const range = manifest.devDependencies?.[name];
        if (range === undefined || heavy.has(name)) continue;
        manifest.dependencies = { ...manifest.dependencies, [name]: range };
        delete manifest.devDependencies[name];
      }
      return manifest;
    },
  },
};
