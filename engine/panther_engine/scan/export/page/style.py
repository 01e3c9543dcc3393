"""The page's style sheet, the only one that its content security policy lets in."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

STYLE = """
:root { color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --line: #e2e5ea; --text: #1b2230; --soft: #5d6778;
  --pass: #2f9e6e; --fail: #d6453d; --error: #c2700c; --quiet: #a4adbb; --link: #2563c9;
  --critical: #9d174d; --high: #c93a2e; --medium: #b26a00; --low: #2b6cb0; --info: #64748b;
  --shade: 0 1px 2px rgb(15 23 42 / .06), 0 4px 16px rgb(15 23 42 / .04); }
@media (prefers-color-scheme: dark) { :root {
  --page: #11151c; --card: #191f29; --line: #2a3240; --text: #e4e8ef; --soft: #97a2b4;
  --pass: #4cc38a; --fail: #f2685f; --error: #f0a13c; --quiet: #5b6678; --link: #7eb0ff;
  --critical: #f472b6; --high: #f87c6f; --medium: #f3b352; --low: #7ab4f5; --info: #9aa7ba;
  --shade: none; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0; letter-spacing: -.01em; }
h2 { font-size: 1.05rem; margin: 2.4rem 0 .8rem; }
p { margin: .3rem 0; }
a { color: var(--link); overflow-wrap: anywhere; }
code, .id { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: .86em; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  box-shadow: var(--shade); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .8rem;
  margin: 1.6rem 0 .9rem; }
.tile { padding: .85rem 1.1rem .9rem; border-top: 3px solid var(--tint, var(--line)); }
.tile b { display: block; font-size: 1.75rem; line-height: 1.2; font-weight: 650;
  font-variant-numeric: tabular-nums; letter-spacing: -.02em; }
.tile span { color: var(--soft); font-size: .85rem; }
.bar { display: block; width: 100%; height: 8px; border-radius: 4px; background: var(--line); }
.bar .pass { fill: var(--pass); } .bar .fail { fill: var(--fail); }
.bar .error { fill: var(--error); } .bar .quiet { fill: var(--quiet); }
.whole .bar { height: 12px; border-radius: 6px; }
.t-fail { --tint: var(--fail); } .t-error { --tint: var(--error); } .t-pass { --tint: var(--pass); }
.t-quiet { --tint: var(--quiet); }
.groups { columns: 2; column-gap: .8rem; margin-top: 2rem; }
.groups .card { padding: 1rem 1.2rem 1.1rem; margin-bottom: .8rem; break-inside: avoid; }
.groups table { table-layout: fixed; }
.groups h2 { margin: 0 0 .5rem; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 500; color: var(--soft); font-size: .8rem;
  padding: .25rem .5rem .25rem 0; }
td { padding: .36rem .5rem .36rem 0; border-top: 1px solid var(--line); vertical-align: top; }
tr > :last-child { padding-right: 0; }
.groups .n { width: 3.9rem; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar-cell { width: 22%; vertical-align: middle; }
td.bar-cell, th.bar-cell { padding-left: .9rem; }
.name { overflow-wrap: anywhere; }
details { margin: 0 0 .55rem; }
summary { list-style: none; cursor: pointer; padding: .75rem 1.1rem; display: grid; gap: .2rem 1rem;
  grid-template-columns: .6rem 4.8rem minmax(0, 1fr) auto 9rem; align-items: center; }
summary::before { content: "\\203a"; color: var(--soft); font-size: 1.2rem; line-height: 1; }
[open] > summary::before { transform: rotate(90deg); }
summary::-webkit-details-marker { display: none; }
summary:hover { background: color-mix(in srgb, var(--line) 30%, transparent); border-radius: 12px; }
summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 12px; }
summary .title { font-weight: 600; overflow-wrap: anywhere; }
summary .title span { display: block; }
summary .id { font-weight: 400; color: var(--soft); }
.inside { padding: 0 1.1rem 1rem; }
.inside table { margin-top: .7rem; }
.inside td:first-child { width: 5.5rem; }
.inside .n { font-size: .88rem; }
.told { white-space: pre-line; max-width: 62rem; }
.badge { display: inline-block; font-size: .74rem; font-weight: 600; line-height: 1.45;
  padding: .05rem .5rem; border-radius: 99px; white-space: nowrap; color: var(--tint, var(--soft));
  background: color-mix(in srgb, var(--tint, var(--soft)) 13%, transparent); }
.badge.t-quiet { --tint: var(--soft); }
.s-critical { --tint: var(--critical); } .s-high { --tint: var(--high); }
.s-medium { --tint: var(--medium); } .s-low { --tint: var(--low); } .s-info { --tint: var(--info); }
.passing { display: flex; flex-wrap: wrap; gap: .4rem .5rem; padding: 1rem 1.2rem; }
.passing span { border: 1px solid var(--line); border-radius: 8px; padding: .1rem .55rem;
  font-size: .86rem; overflow-wrap: anywhere; }
.passing b { color: var(--pass); font-weight: 600; }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .85rem; }
@media (max-width: 44rem) { summary { grid-template-columns: .6rem 4.8rem 1fr auto; }
  summary .title, summary .bar { grid-column: 1 / -1; }
  .groups { columns: 1; }
  .inside td { display: block; border: 0; padding: .1rem 0; text-align: left; }
  .inside tr { display: block; border-top: 1px solid var(--line); padding: .35rem 0; } }
@media print { body { background: none; } .card { box-shadow: none; break-inside: avoid; } }
"""
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; style-src"
    f" 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
)
"""The content security policy: this style sheet and nothing else."""
