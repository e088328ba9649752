import { printable, printableLines } from "../../text/printable.ts";
import { escapeHtml } from "../html/escape.ts";
import { pictureLegend } from "../terminal/evidence-text.ts";
import { factor } from "../terminal/measurement-text.ts";
import { type Part, type Prose, verdictMark } from "./page-parts.ts";

/** A page's body as HTML. Every text goes through `escapeHtml`, and through `printable` before. */
export function htmlBody(parts: readonly Part[]): string {
  return `<main>\n${parts.map(partHtml).join("\n")}\n</main>`;
}

function partHtml(part: Part): string {
  switch (part.kind) {
    case "heading":
      return `<h${part.level} class="foreign">${inline(part.text)}</h${part.level}>`;
    case "verdict": {
      const { sign, tone } = verdictMark(part.verdict);
      const badge = `<span class="badge ${tone}">${sign} ${text(part.verdict)}</span>`;
      return `<p class="verdict">${badge} ${inline(part.text)}</p>`;
    }
    case "paragraph":
      return `<p class="foreign">${inline(part.text)}</p>`;
    case "list":
      return `<ul>${part.items.map((item) => `<li class="foreign">${inline(item)}</li>`).join("")}</ul>`;
    case "lines":
      return `<figure><figcaption><code>${text(part.about)}</code></figcaption><pre class="scroll" tabindex="0" role="group" aria-label="${text(part.about)}"><code>${escapeHtml(printableLines(part.text))}</code></pre></figure>`;
    case "table":
      return tableHtml(part);
    case "picture":
      return pictureHtml(part);
    case "quartiles":
      return quartilesHtml(part);
  }
}

function tableHtml({ about, columns, rows }: Extract<Part, { kind: "table" }>): string {
  const numberClass = (index: number) => (columns[index]!.isNumber ? ' class="number"' : "");
  const head = columns.map(({ name }, index) =>
    name === "" ? "<td></td>" : `<th scope="col"${numberClass(index)}>${text(name)}</th>`,
  );
  const body = rows.map((row) => {
    const [first, ...others] = row.map(inline);
    const cells = others.map((cell, index) => `<td${numberClass(index + 1)}>${cell}</td>`);
    return `<tr><th scope="row">${first}</th>${cells.join("")}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="group" aria-label="${text(about)}"><table><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}

/** Width of a square of a picture, in units of the view box, including a gap around its mark. */
const SQUARE = 10;
const MARKS: Readonly<Record<string, string>> = { "#": "all", "+": "some" };

function pictureHtml({ evidence }: Extract<Part, { kind: "picture" }>): string {
  const { picture, output } = evidence;
  const lines = picture.map((line) => [...line]);
  const columns = Math.max(...lines.map((line) => line.length));
  const squares = lines.flatMap((line, row) =>
    line.map((character, column) => {
      const place = `x="${column * SQUARE + 1}" y="${row * SQUARE + 1}" width="${SQUARE - 2}" height="${SQUARE - 2}"`;
      return `<rect class="${MARKS[character] ?? "none"}" ${place}/>`;
    }),
  );
  const size = `viewBox="0 0 ${columns * SQUARE} ${lines.length * SQUARE}" style="max-width:${columns * 1.25}rem"`;
  const title = `Where ${printable(output)} is wrong`;
  const legend = pictureLegend(evidence)
    .replace(/^# /, "Filled: ")
    .replace("One character", "One square")
    .replace("# all", "filled: all")
    .replace("+ some", "half: some")
    .replace("· correct", "empty: correct");
  return `<figure><figcaption>Where <code>${text(output)}</code> is wrong</figcaption><svg role="img" aria-label="${text(title)}" ${size}>${squares.join("")}</svg><p class="soft small">${text(legend)}</p></figure>`;
}

const PLOT_WIDTH = 400;

/** The quartiles as a box on a scale, with the candidate's value as a mark. */
function quartilesHtml({ about, own, quartiles, unit }: Extract<Part, { kind: "quartiles" }>): string {
  const { low, median, high } = quartiles;
  const isShare = unit === "%";
  const show = (value: number) => (isShare ? `${Math.round(100 * value)} %` : `${factor(value)}x`);
  // Shares run from 0 to 1; speeds are on a logarithmic scale, since they are ratios.
  const scale = isShare ? (value: number) => value : Math.log;
  // Bonus points can exceed the possible ones.
  const ends = isShare ? [0, Math.max(1, own, high)] : [Math.min(own, low, 1) / 1.2, Math.max(own, high) * 1.2];
  const [from, to] = ends.map(scale) as [number, number];
  const at = (value: number) => Number((10 + ((scale(value) - from) / (to - from)) * (PLOT_WIDTH - 20)).toFixed(1));
  const label = `${about}: ${show(own)}; the middle half from ${show(low)} to ${show(high)}, the median ${show(median)}`;
  const box = `<rect class="box" x="${at(low)}" y="12" width="${Math.max(2, at(high) - at(low)).toFixed(1)}" height="16"/>`;
  const line = `<line class="scale" x1="10" y1="20" x2="${PLOT_WIDTH - 10}" y2="20"/>`;
  const middle = `<line class="median" x1="${at(median)}" y1="9" x2="${at(median)}" y2="31"/>`;
  const mark = `<circle class="own" cx="${at(own)}" cy="20" r="6"/>`;
  const anchor = at(own) > PLOT_WIDTH - 60 ? "end" : at(own) < 60 ? "start" : "middle";
  const words = `<text x="${at(own)}" y="48" text-anchor="${anchor}">you: ${show(own)}</text>`;
  return `<svg class="quartiles" role="img" aria-label="${text(label)}" viewBox="0 0 ${PLOT_WIDTH} 54">${line}${box}${middle}${mark}${words}</svg>`;
}

function inline(spans: Prose): string {
  return spans.map((span) => (typeof span === "string" ? text(span) : `<code>${text(span.code)}</code>`)).join("");
}

function text(plain: string): string {
  return escapeHtml(printable(plain));
}
