// The peers of our own packages are there for turbo as devDependencies. `npm start` installs without those, so inside
// the workspace a peer is installed as a dependency. What is published does not pass through here.

// 130 MB of drivers for all systems: for tests, and for those who ask for the GPU.
const heavy = new Set(["webgpu"]);

module.exports = {
  hooks: {
    readPackage(manifest) {
      if (!manifest.name?.startsWith("@nn/")) return manifest;
      for (const name of Object.keys(manifest.peerDependencies ?? {})) {
        const range = manifest.devDependencies?.[name];
        if (range === undefined || heavy.has(name)) continue;
        manifest.dependencies = { ...manifest.dependencies, [name]: range };
        delete manifest.devDependencies[name];
      }
      return manifest;
    },
  },
};
