/** What the report of the digits needs besides the style sheet of all reports. */
export const style = `
.confusion { border-collapse: separate; border-spacing: 3px; margin: 8px 0; }
.confusion th { text-align: center; white-space: nowrap; color: var(--soft); padding: 2px 6px; }
.confusion td { width: 52px; height: 38px; border-radius: 6px; text-align: center; font-size: 0.9rem; background: rgba(var(--bad), var(--heat)); }
.confusion td.right { background: rgba(var(--good), var(--heat)); font-weight: 600; }
.confusion td.none { color: var(--soft); opacity: 0.45; }
.px { image-rendering: pixelated; display: block; border-radius: 5px; width: 100%; height: auto; aspect-ratio: 1; background: #000; }
.signed { background: var(--page); outline: 1px solid var(--line); }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(92px, 1fr)); gap: 14px; list-style: none; margin: 8px 0 0; padding: 0; }
.gallery figcaption { font-size: 0.82rem; line-height: 1.35; margin-top: 5px; }
.gallery b { color: var(--ink); font-size: 1rem; }
.filters { display: grid; grid-template-columns: repeat(8, minmax(0, 1fr)); gap: 14px; margin-top: 8px; }
.stage { display: grid; grid-template-columns: 150px 1fr; gap: 16px; padding: 12px 0; border-top: 1px solid var(--line); align-items: center; }
.stage:first-of-type { border-top: 0; }
.stage h3 { font-size: 0.95rem; margin: 0; }
.stage p { margin: 0; font-size: 0.82rem; color: var(--soft); }
.maps { display: grid; grid-template-columns: repeat(8, minmax(0, 88px)); gap: 8px; }
.maps.single { grid-template-columns: 112px; }
.bars { display: grid; grid-template-columns: repeat(10, minmax(26px, 44px)); gap: 6px; }
.bar { display: flex; flex-direction: column; justify-content: flex-end; align-items: center; height: 96px; font-size: 0.8rem; color: var(--soft); }
.bar i { display: block; width: 100%; min-height: 2px; background: var(--line); border-radius: 4px 4px 0 0; }
.bar.chosen i { background: var(--a); } .bar.chosen { color: var(--ink); font-weight: 600; }
.matrix { display: grid; grid-template-columns: minmax(0, auto) minmax(210px, 1fr); gap: 12px 44px; align-items: center; }
.pairs { margin: 0; padding: 0; list-style: none; font-size: 0.95rem; font-variant-numeric: tabular-nums; }
.pairs li { display: flex; justify-content: space-between; gap: 16px; padding: 6px 0; border-bottom: 1px solid var(--line); }
.matrix h3 { font-size: 0.95rem; margin: 0 0 4px; }
@media (max-width: 860px) { .matrix { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 560px) { .filters { grid-template-columns: repeat(4, minmax(0, 1fr)); } .bars { gap: 3px; grid-template-columns: repeat(10, minmax(0, 1fr)); } .stage { grid-template-columns: 1fr; } .confusion td { width: 34px; height: 32px; font-size: 0.78rem; } }
`;
