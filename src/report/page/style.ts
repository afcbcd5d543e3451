/** The page's style sheet: light and dark, phone and print. Colours of figures are set here too (figures/palette.ts). */
export const STYLE = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --muted: #5b6570; --grid: #e3e6ea; --line: #c4cad1; --soft: #f5f7f9; --main: #0072b2; --second: #d55e00; --third: #007a5a; --warn: #8a3b00; --warn-back: #fff4ea; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14181d; --ink: #e8eaed; --muted: #a3adb8; --grid: #2d343c; --line: #47515c; --soft: #1b2127; --main: #56b4e9; --second: #f0883e; --third: #2fc79a; --warn: #ffb27a; --warn-back: #2e2116; }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, "Helvetica Neue", Arial, "Noto Sans SC", "Microsoft YaHei", "WenQuanYi Micro Hei", sans-serif; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem 1rem; z-index: 2; }
a { color: var(--main); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--main); outline-offset: 2px; border-radius: 2px; }
header, main, footer, nav { max-width: 66rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 2.75rem 0 .75rem; padding-top: .6rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.02rem; margin: 2rem 0 .6rem; overflow-wrap: anywhere; }
.lead { color: var(--muted); margin: 0; }
.note { margin: .4rem 0 0; font-weight: 600; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; list-style: none; margin: 1.1rem 0 0; padding: 0; font-size: .93rem; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-size: .88rem; line-height: 1.35; font-variant-numeric: tabular-nums; border-top: 2px solid var(--ink); border-bottom: 2px solid var(--ink); min-width: min(100%, 24rem); }
th, td { padding: .28rem .95rem .28rem .75rem; text-align: right; white-space: nowrap; font-weight: 400; vertical-align: baseline; }
th:first-child, td:first-child { text-align: left; padding-left: .1rem; position: sticky; left: 0; background: var(--paper); }
th:last-child, td:last-child { padding-right: 1.7rem; }
thead th { font-weight: 600; vertical-align: bottom; }
thead, tbody { border-bottom: 1px solid var(--line); }
tbody:last-child { border-bottom: 0; }
tr.below td { color: var(--muted); padding-top: 0; }
.stars { display: inline-block; width: 0; color: var(--second); font-size: .85em; }
.notes { max-width: 60rem; margin-top: .6rem; font-size: .83rem; line-height: 1.45; color: var(--muted); overflow-wrap: anywhere; }
.notes p { margin: .2rem 0; }
.warning { color: var(--warn); }
.warnings { background: var(--warn-back); border-left: 4px solid var(--second); padding: .8rem 1.1rem; border-radius: 3px; overflow-wrap: anywhere; }
.warnings ul { margin: .3rem 0 0; padding-left: 1.1rem; }
.warnings li { margin: .25rem 0; }
figure { margin: 1.6rem 0 2.2rem; }
figure svg { display: block; max-width: 100%; height: auto; min-width: 30rem; }
figcaption { font-size: .83rem; color: var(--muted); max-width: 46rem; margin-top: .3rem; }
pre { background: var(--soft); border: 1px solid var(--grid); border-radius: 4px; padding: .9rem 1rem; overflow-x: auto; font: .8rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono CJK SC", monospace; tab-size: 2; }
details { margin: .6rem 0; }
summary { cursor: pointer; font-weight: 600; padding: .2rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
.prose p { max-width: 46rem; }
.references { font-size: .9rem; padding-left: 1.1rem; }
footer { padding: 2rem 1.25rem 3rem; color: var(--muted); font-size: .85rem; }
@media (max-width: 40rem) {
  body { font-size: 15px; } h1 { font-size: 1.35rem; } table { font-size: .8rem; } th, td { padding: .25rem .5rem; } dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; }
  th:first-child, td:first-child { max-width: 9.5rem; white-space: normal; border-right: 1px solid var(--grid); }
}
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --muted: #444; --grid: #ddd; --line: #999; --soft: #fff; --main: #0072b2; --second: #d55e00; --third: #007a5a; --warn: #8a3b00; --warn-back: #fff; }
  body { font-size: 10pt; } header, main, footer { max-width: none; padding: 0; } nav, .skip { display: none; }
  .scroll { overflow: visible; } table { font-size: 7.5pt; page-break-inside: auto; } th, td { padding: .12rem .35rem; } tr, figure { break-inside: avoid; } h2, h3 { break-after: avoid; } thead { display: table-header-group; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; } figure svg { min-width: 0; }
}
`;
