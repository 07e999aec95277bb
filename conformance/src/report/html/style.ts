/** The looks of the page; light and dark by the reader's preference, or by the button. */
export const STYLE = `
:root { color-scheme: light dark;
  --paper: light-dark(#ffffff, #14171c); --ink: light-dark(#1b1f24, #e3e7ec);
  --dim: light-dark(#5d6672, #98a2af); --line: light-dark(#dde1e6, #2d333b);
  --panel: light-dark(#f5f6f8, #1c2027); --link: light-dark(#1a56c4, #7fb0ff);
  --pass: light-dark(#1a7f3c, #4cc273); --fail: light-dark(#c4232b, #ff7b78);
  --warn: light-dark(#8a5a00, #e2b04a); --info: light-dark(#1a56c4, #7fb0ff);
  --skip: light-dark(#7b8490, #7b8490); --known: light-dark(#7a3fb0, #c495ee) }
:root[data-theme=light] { color-scheme: light } :root[data-theme=dark] { color-scheme: dark }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif }
main, header { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem }
header { padding-top: 1.75rem } main { padding-bottom: 5rem }
h1 { font-size: 1.55rem; line-height: 1.25; margin: 0 0 0.25rem; overflow-wrap: anywhere }
h2 { font-size: 1.05rem; margin: 2.25rem 0 0.5rem; display: flex; gap: 0.6rem; align-items: baseline }
h2 small, .dim { color: var(--dim); font-weight: normal } h3 { font-size: 1rem; margin: 0 }
a { color: var(--link) } p { margin: 0.35rem 0 }
code, pre { font: 0.86em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
button, input, select { font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--line); border-radius: 6px; padding: 0.3rem 0.6rem; min-height: 2.2rem }
button { cursor: pointer } :focus-visible { outline: 2px solid var(--link); outline-offset: 1px }
.cards { display: grid; gap: 0.75rem; margin: 1.1rem 0; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)) }
.card { background: var(--panel); border: 1px solid var(--line); border-left: 4px solid var(--skip);
  border-radius: 8px; padding: 0.75rem 1rem; overflow-wrap: anywhere }
.card.good { border-left-color: var(--pass) } .card.bad { border-left-color: var(--fail) } .card.known { border-left-color: var(--known) }
.card h3 .number { color: var(--dim); font-weight: normal; margin-right: 0.4em }
.bar { display: flex; height: 8px; border-radius: 4px; overflow: hidden; background: var(--line); margin: 0.6rem 0 0.4rem }
.bar i { display: block; min-width: 2px }
.counts { display: flex; flex-wrap: wrap; gap: 0 0.9rem; font-size: 0.9rem }
.fault { color: var(--fail); margin: 0.4rem 0 0 }
.tools { position: sticky; top: 0; z-index: 2; background: var(--paper); border-bottom: 1px solid var(--line);
  margin: 0 -1.25rem; padding: 0.6rem 1.25rem; display: none; flex-wrap: wrap; gap: 0.5rem; align-items: center }
.js .tools { display: flex } .tools input[type=search] { flex: 1 1 12rem; min-width: 0 }
.chips { display: flex; flex-wrap: wrap; gap: 0.35rem; border: 0; margin: 0; padding: 0 }
.chips button { border-radius: 99px; padding: 0.1rem 0.7rem; min-height: 1.9rem; font-size: 0.9rem }
.chips button[aria-pressed=true] { background: var(--ink); color: var(--paper); border-color: var(--ink) }
.shown { color: var(--dim); font-size: 0.9rem; margin-left: auto }
.attention { margin: 0; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: 8px }
.attention li { padding: 0.4rem 0.85rem; overflow-wrap: anywhere } .attention li + li { border-top: 1px solid var(--line) }
.grid { border: 1px solid var(--line); border-radius: 8px; overflow: clip }
.row { display: grid; grid-template-columns: minmax(0, 1fr) repeat(var(--n), var(--w)); gap: 0.5rem; align-items: start }
.heads { padding: 0.35rem 0.85rem; background: var(--panel); color: var(--dim); font-size: 0.82rem; border-bottom: 1px solid var(--line) }
.heads > span { text-align: center; overflow-wrap: anywhere; line-height: 1.3 }
details.rule + details.rule { border-top: 1px solid var(--line) }
summary { cursor: pointer; padding: 0.4rem 0.85rem; list-style: none } summary::-webkit-details-marker { display: none }
summary:hover { background: var(--panel) } .rule > summary code { font-weight: 600 }
.rule > summary::before, .check > summary::before { content: none }
.name { overflow-wrap: anywhere; min-width: 0 } .rule > summary .name { display: flex; align-items: baseline }
.gist { flex: 1 1 0; min-width: 0; color: var(--dim); font-size: 0.88rem; margin-left: 0.8rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
details[open] > summary .gist { visibility: hidden } .name small { color: var(--dim); margin-left: 0.45rem; white-space: nowrap }
.name::before { content: "\\25b8"; display: inline-block; flex: none; width: 1em; color: var(--dim) }
details[open] > summary .name::before { content: "\\25be" }
.cell { text-align: center; white-space: nowrap; font-size: 0.88rem; font-variant-numeric: tabular-nums }
.inside { border-top: 1px solid var(--line); background: var(--panel); padding: 0.5rem 0.85rem 0.7rem }
.inside > p { margin: 0 0 0.5rem; max-width: 52rem }
details.check { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; margin: 0.3rem 0 }
.check > summary { padding: 0.3rem 0.6rem; border-radius: 6px } .check .title { color: var(--dim); display: block; padding-left: 1em; font-size: 0.92rem }
.check:target, .rule:target > summary { outline: 2px solid var(--link); outline-offset: -1px }
.detail { border-top: 1px solid var(--line); padding: 0.6rem 0.8rem 0.8rem }
.detail + .detail { border-top-style: dashed } .detail h3 { margin-bottom: 0.4rem }
dl { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 0.3rem 0.8rem; margin: 0 }
dt { color: var(--dim); font-size: 0.9rem } dd { margin: 0; overflow-wrap: anywhere }
pre { margin: 0 0 0.3rem; padding: 0.45rem 0.65rem; background: var(--panel); border: 1px solid var(--line); border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere; max-height: 26rem; overflow-y: auto }
pre.sent { border-left: 3px solid var(--info) } pre.got { border-left: 3px solid var(--pass) } pre i { color: var(--dim); font-style: normal }
.again { display: flex; gap: 0.5rem; align-items: start } .again pre { flex: 1; margin: 0 } .again button { display: none } .js .again button { display: block }
.anchor { text-decoration: none; color: var(--dim); font-size: 0.85rem }
.o-pass { color: var(--pass) } .o-fail, .o-xpass, .o-blocked, .o-error, .o-notrun { color: var(--fail) }
.o-warn { color: var(--warn) } .o-info { color: var(--info) } .o-skip { color: var(--skip) } .o-xfail { color: var(--known) }
.bar .o-pass { background: var(--pass) } .bar .o-warn { background: var(--warn) } .bar .o-info { background: var(--info) }
.bar .o-fail, .bar .o-xpass, .bar .o-blocked, .bar .o-error, .bar .o-notrun { background: var(--fail) }
.bar .o-skip { background: var(--line) } .bar .o-xfail { background: var(--known) }
[hidden] { display: none !important }
@media (max-width: 40rem) {
  main, header { padding-left: 0.8rem; padding-right: 0.8rem } .tools { margin: 0 -0.8rem; padding: 0.5rem 0.8rem }
  .tools.tall { position: static } h1 { font-size: 1.3rem }
  .row { gap: 0.25rem; --w: var(--narrow) } .cell .word, .many .cell .count { display: none } .gist { display: none }
  summary, .heads { padding-left: 0.55rem; padding-right: 0.55rem } .inside { padding: 0.5rem }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0.1rem } dd { margin-bottom: 0.45rem } .heads .long { display: none }
  .shown { margin-left: 0 } .tools select { flex: 1 1 8rem; min-width: 0 }
}
@media (min-width: 40.01rem) { .heads .short { display: none } }
@media print { .tools { display: none !important } }
`;
