/** One line in the terminal: ours, then each peer with how many times longer it takes. */
export function printRow(row, [ours, ...peers]) {
  const name = `  ${`${row.name}, ${row.shape}`.padEnd(58)}`;
  if (ours.cannot !== undefined) return console.log(`${name}skipped: ${ours.cannot}`);
  const rate = row.work === undefined ? "" : ` ${rateOf(row, ours)} GF/s`;
  const cells = peers.map(
    (peer) =>
      `${peer.name} ${peer.cannot === undefined ? `${show(peer, row)} (${times(ratioOf(ours, peer))})` : `cannot: ${peer.cannot}`}`,
  );
  console.log(`${name}${`${show(ours, row)}${rate}`.padEnd(20)}${cells.join("  ")}`);
}

/** A figure of a result. One that was taken once says so. */
export function show({ ms, kB, runs }, { per } = {}) {
  if (kB !== undefined) return `${kB.toFixed(kB < 100 ? 1 : 0)} kB`;
  const once = runs === 1 && per === undefined ? " (once)" : "";
  if (ms < 0.1) return `${(ms * 1000).toPrecision(ms < 0.01 ? 2 : 3)} µs${once}`;
  return `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms${once}`;
}

/** Billions of multiplications and additions a second. */
export function rateOf({ work }, { ms }) {
  const rate = work / ms / 1e6;
  return rate < 10 ? rate.toPrecision(1) : rate.toFixed(0);
}

/** Time of the peer over ours: above one, ours is faster. */
export const times = (ratio) => `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0)}×`;

export const ratioOf = (ours, peer) => (peer.ms ?? peer.kB) / (ours.ms ?? ours.kB);

/** For `--json`: one entry for each row and peer. */
export function flatRows(measured) {
  return measured.flatMap(({ row, results: [ours, ...peers] }) => {
    const head = { name: row.name, shape: row.shape, backend: row.backend ?? "wasm" };
    if (ours.cannot !== undefined) return [{ ...head, skipped: ours.cannot }];
    return peers.map((peer) => {
      if (peer.cannot !== undefined)
        return { ...head, peer: peer.name, oursMs: ours.ms, oursKB: ours.kB, cannot: peer.cannot };
      const ratio = ratioOf(ours, peer);
      const sizes = ours.kB === undefined ? {} : { oursKB: ours.kB, peerKB: peer.kB };
      return { ...head, peer: peer.name, oursMs: ours.ms, peerMs: peer.ms, ...sizes, ratio, runs: peer.runs };
    });
  });
}
