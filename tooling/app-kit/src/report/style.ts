/** The style sheet of all reports: follows the light or dark mode of the reader. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #16191f; --soft: #5b6472; --line: #dfe3e9;
  --a: #2563eb; --b: #c2410c; --c: #0f766e; --good: 37, 99, 235; --bad: 234, 88, 12;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1217; --card: #181c23; --ink: #e8ebf0; --soft: #9aa5b4; --line: #2b323d;
    --a: #7aa8ff; --b: #ff9d66; --c: #5ec9bd; --good: 96, 148, 255; --bad: 255, 138, 76;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 40px 20px 56px; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.02em; }
h2 { font-size: 1.2rem; margin: 0 0 4px; letter-spacing: -0.01em; }
p { margin: 0 0 14px; }
.lead, .note, figcaption, footer { color: var(--soft); }
.note { font-size: 0.9rem; max-width: 75ch; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 22px 24px; margin-top: 20px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 14px; margin: 24px 0 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 14px 18px; }
.tile dt { color: var(--soft); font-size: 0.85rem; }
.tile dd { margin: 0; font-size: 1.7rem; font-weight: 650; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.tile small { display: block; font-size: 0.8rem; font-weight: 400; color: var(--soft); letter-spacing: 0; }
figure { margin: 0; }
figcaption { font-size: 0.9rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 20px; }
.chart svg { width: 100%; height: auto; display: block; font: 12px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.grid line { stroke: var(--line); }
.grid text, .axis text { fill: var(--soft); }
.series path { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
.series.a path { stroke: var(--a); } .series.a circle { fill: var(--a); } .label.a { fill: var(--a); font-weight: 600; }
.series.b path { stroke: var(--b); } .series.b circle { fill: var(--b); } .label.b { fill: var(--b); font-weight: 600; }
.series.c path { stroke: var(--c); } .series.c circle { fill: var(--c); } .label.c { fill: var(--c); font-weight: 600; }
.series.soft path { stroke: var(--soft); stroke-width: 1.6; } .series.soft circle { fill: var(--soft); } .label.soft { fill: var(--soft); }
.band { opacity: 0.18; } .band.a { fill: var(--a); } .band.b { fill: var(--b); } .band.c { fill: var(--c); } .band.soft { fill: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { font-weight: 600; text-align: left; }
.rows { width: 100%; font-size: 0.92rem; }
.rows th, .rows td { padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); }
.rows .number { text-align: right; }
.rows tbody th { font-weight: 400; color: var(--soft); }
.split { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 0 40px; align-items: start; }
details { margin-top: 14px; } summary { cursor: pointer; color: var(--soft); font-size: 0.9rem; }
code { font: 0.88em ui-monospace, SFMono-Regular, Menlo, monospace; overflow-wrap: anywhere; }
footer { font-size: 0.85rem; margin-top: 26px; }
@media (max-width: 560px) { section { padding: 18px 16px; } }
@media print { body { background: none; } section, .tile { break-inside: avoid; } }
`;
