"""How the page of a report looks, beyond what all pages do."""

STYLE = """
:root { --grid: #C9CBC9; }
@media (prefers-color-scheme: dark) { :root { --grid: #484C52; } }
header h1 { max-width: 44ch; font-size: 26px; font-weight: 600; text-wrap: balance;
  overflow-wrap: anywhere; }
.whole { white-space: nowrap; }
section { margin-top: 48px; }
h3 { margin: 16px 0 8px; }
.warning { border-left: 3px solid var(--open); padding: 0 0 0 12px; margin-top: 12px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; margin: 8px 0; }
th, td { text-align: left; font-weight: 400; padding: 6px 24px 6px 0; white-space: nowrap;
  border-top: 1px solid var(--line); vertical-align: baseline; }
tbody th { white-space: normal; min-width: 12ch; overflow-wrap: anywhere; }
thead th { color: var(--quiet); border-top: 0; white-space: nowrap; max-width: 24ch;
  overflow: hidden; text-overflow: ellipsis; }
.unseen { visibility: hidden; }
.key { display: inline-block; width: 20px; margin-right: 8px; vertical-align: middle; }
.keys { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 8px 0 0;
  padding: 0; font-size: 14px; }
figure { margin: 0; min-width: 0; }
.sheets { display: grid; gap: 16px 48px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr)); }
.sheets img { display: block; max-width: none; border-radius: 8px; background: #FBFBF8;
  padding: 8px; }
.charts { display: grid; gap: 32px 48px; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); }
.charts + p, .charts + .scroll { margin-top: 16px; }
.charts svg { display: block; width: 100%; height: auto; }
.cards { display: grid; gap: 16px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); }
.cards article { background: var(--panel); border-radius: 8px; padding: 0 16px 16px; min-width: 0; }
.cards article p { margin: 8px 0 0; }
pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; margin: 4px 0 0;
  white-space: pre-wrap; overflow-wrap: anywhere; }
@media print {
  :root { --page: #fff; --panel: #fff; --ink: #000; --quiet: #444; --line: #bbb; --grid: #bbb;
    --accent: #000; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  section { margin-top: 24px; }
  table { font-size: 8.5pt; }
  th, td { padding-right: 12px; }
  figure, article, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; }
  .sheets { display: block; }
  .sheets img { max-width: 100%; height: auto; padding: 0; }
  .charts { grid-template-columns: 1fr 1fr; gap: 16px 24px; }
  @page { margin: 14mm; }
}
"""
