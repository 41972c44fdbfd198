// The style sheet of the HTML report. A constant, so that the page's policy can name its digest and allow no other
// style.
#pragma once

namespace tally::report {

// Contrast of text is at least 4.5 in both schemes. What is folded on the screen is a sibling of its <details>, so that
// print shows it without a script.
inline constexpr char kStyle[] = R"css(
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#505862;--line:#d4d9df;--page:#f6f7f9;--card:#fff;--link:#1d4f86;
--code:#eef1f4;--critical:#8c1d18;--high:#a4440a;--medium:#7a5b00;--low:#2b5a8c;--clear:#2f6b4f;--tell:#767b85;--warn:#fff7e0;--warnline:#b98900;--good:#e9f4ee;--goodline:#2f6b4f}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;overflow-wrap:break-word}
header,main,footer{max-width:68rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:1.5rem}
.eyebrow{margin:0;color:var(--soft);font-size:.95rem}
h1{font-size:1.75rem;line-height:1.3;margin:.35rem 0 1rem;letter-spacing:-.01em}
h2{font-size:1.3rem;margin:0 0 .75rem}
h3{font-size:1.1rem;margin:1.5rem 0 .5rem}
h4{font-size:1rem;margin:1.25rem 0 .5rem}
h5{font-size:1rem;margin:0;display:flex;flex-wrap:wrap;gap:.1rem .75rem;align-items:baseline}
h6{font-size:.9rem;margin:1rem 0 .35rem}
section,nav{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1.25rem 1.5rem;margin:0 0 1rem}
section:target{scroll-margin-top:.5rem}
#unseen{background:var(--warn);border-color:var(--warnline);border-left-width:6px}
#unseen.nothing{background:var(--good);border-color:var(--goodline)}
#unseen.nothing p{margin:0}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:0;padding:0;list-style:none}
nav{padding:.75rem 1.5rem}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,pre:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-100rem}
.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
p{margin:.25rem 0 .75rem;max-width:46rem}
.note,.count,.standing,caption{color:var(--soft);font-size:.9rem;font-weight:400}
.left-out{border-left:4px solid var(--warnline);background:var(--warn);padding:.5rem .75rem}
.boxes{display:grid;grid-template-columns:repeat(4,1fr);gap:.75rem;list-style:none;margin:1rem 0;padding:0}
.box{border:1px solid var(--line);border-radius:6px;padding:.5rem .9rem .65rem}
.figure{display:block;font-size:1.9rem;line-height:1.2;font-weight:600;font-variant-numeric:tabular-nums}
.severity{font-weight:600;white-space:nowrap}
.severity.critical,.state.failed{color:var(--critical)}
.severity.high,.state.doubtful{color:var(--high)}
.severity.medium,.state.partial{color:var(--medium)}
.severity.low{color:var(--low)}
.state{font-size:.9rem;border:1px solid currentColor;border-radius:4px;padding:0 .4rem;margin-left:.4rem}
.state.complete{color:var(--clear)}
.chart{display:block;width:100%;max-width:46rem;height:auto;margin:.75rem 0}
td .chart{min-width:6rem;max-width:9rem;margin:0}
.shade-critical,.shade-violation{fill:var(--critical)}
.shade-high{fill:var(--high)}
.shade-medium,.shade-exempt{fill:var(--medium)}
.shade-low{fill:var(--low)}
.shade-clear{fill:var(--clear)}
.shade-cannot-tell{fill:var(--tell)}
.on-shade{fill:var(--card)}
.axis{fill:var(--ink)}
.line{stroke:var(--low)}
.dot{fill:var(--low)}
table{border-collapse:collapse;width:100%;font-size:.92rem;margin:.25rem 0 .75rem}
caption{text-align:left;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.4rem .9rem .4rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
thead th{border-bottom:2px solid var(--line);white-space:nowrap;overflow-wrap:normal}
tbody th{font-weight:600}
.token{white-space:nowrap}
h3 .severity{text-transform:capitalize}
th.number,td.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.details{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.2rem 1.25rem;margin:.75rem 0;font-size:.92rem}
.details dt{color:var(--soft)}
.details dd{margin:0;overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,"DejaVu Sans Mono","Liberation Mono",Menlo,Consolas,monospace;font-size:.88em}
pre{background:var(--code);border:1px solid var(--line);border-radius:6px;padding:.6rem .8rem;white-space:pre-wrap;overflow-wrap:anywhere;margin:.25rem 0 .75rem}
.finding{border:1px solid var(--line);border-left:5px solid var(--low);border-radius:6px;padding:.7rem 1rem;margin:.5rem 0;scroll-margin-top:.5rem}
.finding.critical{border-left-color:var(--critical)}
.finding.high{border-left-color:var(--high)}
.finding.medium{border-left-color:var(--medium)}
.finding:target{outline:3px solid var(--link)}
.finding p{margin:.2rem 0}
.source,.reason{border-top:1px solid var(--line);padding-top:.5rem;margin-top:.75rem}
.source h3{margin-top:.5rem}
.path{display:flex;flex-wrap:wrap;list-style:none;margin:0;padding:0;gap:.3rem}
.path li{border:1px solid var(--line);border-radius:4px;padding:.1rem .5rem;background:var(--code);overflow-wrap:anywhere}
.path li+li::before{content:"→ " / "then ";color:var(--soft)}
summary{cursor:pointer;color:var(--link);padding:.25rem 0;width:fit-content}
footer{color:var(--soft);font-size:.9rem;padding-bottom:2rem}
@media screen{.toggle:not([open])+.folded{display:none}.finding{content-visibility:auto;contain-intrinsic-size:auto 8rem}}
@media screen and (max-width:46rem){
header,main,footer{padding-left:.75rem;padding-right:.75rem}
section{padding:1rem .9rem}
nav{padding:.75rem .9rem}
h1{font-size:1.35rem}
.boxes{grid-template-columns:repeat(2,1fr)}
.details{grid-template-columns:1fr;gap:0}
.details dd{margin-bottom:.4rem}
table,tbody,tr,th,td,caption{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tbody tr{border:1px solid var(--line);border-radius:6px;padding:.4rem .7rem;margin:.4rem 0}
tbody th,tbody td,tbody td.number,tbody th.number{border:0;padding:.1rem 0;text-align:left;white-space:normal}
.on-shade{display:none}
.axis{font-size:24px}
tbody th::before,tbody td::before{content:attr(data-label) ": ";color:var(--soft);font-weight:400}
tbody td:empty{display:none}
}
@media screen and (prefers-color-scheme:dark){
:root{--ink:#e6e9ed;--soft:#a9b2bd;--line:#3a424c;--page:#14171b;--card:#1c2026;--link:#8fbdf0;--code:#252b33;
--critical:#ff938a;--high:#f5a367;--medium:#dcb94c;--low:#8fbdf0;--clear:#7cc7a0;--tell:#a9b2bd;--warn:#2b2616;--warnline:#b98900;--good:#18271f}
}
@page{size:A4;margin:16mm 14mm}
@media print{
:root{color-scheme:light;--page:#fff;--card:#fff}
html{font-size:9.5pt}
th,td{padding:.2rem .7rem .2rem 0}
.finding{padding:.4rem .8rem}
.finding .details{grid-template-columns:max-content 1fr max-content 1fr;gap:.1rem .9rem;margin:.4rem 0}
h6{margin:.4rem 0 .2rem}
pre{padding:.3rem .6rem;margin:.2rem 0 .4rem}
header,main,footer{max-width:none;padding:0}
nav,.skip,.toggle{display:none}
section{border:0;border-top:1px solid var(--line);border-radius:0;padding:.75rem 0;margin:0}
#unseen{border:1px solid var(--warnline);border-left-width:6px;padding:.75rem 1rem;margin-bottom:.75rem}
h1,h2,h3,h4,h5,h6,caption{break-after:avoid}
.finding,.box,.reason,tr,pre,.chart{break-inside:avoid}
thead{display:table-header-group;break-after:avoid;break-inside:avoid}
tbody tr:first-child{break-before:avoid}
a{color:inherit;text-decoration:none}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
)css";

}  // namespace tally::report
