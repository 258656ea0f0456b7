// The peers of our own packages are there for turbo as devDependencies. `npm start` installs without those, so inside
// the workspace a peer is installed as a dependency. What is published does not pass through here.
module.exports = {
  hooks: {
    readPackage(manifest) {
      if (!manifest.name?.startsWith("@nn/")) return manifest;
      for (const name of Object.keys(manifest.peerDependencies ?? {})) {
        const range = manifest.devDependencies?.[name];
        // What a package can do without is not for those who only start an app.
        if (range === undefined || manifest.peerDependenciesMeta?.[name]?.optional) continue;
        manifest.dependencies = { ...manifest.dependencies, [name]: range };
        delete manifest.devDependencies[name];
      }
      return manifest;
    },
  },
};
