import { findInCode } from "../../harness/diagnosis/code-findings.ts";
import { relativeImports } from "../../harness/intake/relative-imports.ts";
import { CANDIDATE_NAMESPACE, SCRIPT_NAME } from "../../harness/plan/bundle-format.ts";
import { locateInFiles } from "../../harness/plan/locate.ts";
import { stackPlace } from "../../harness/plan/stack-place.ts";
import { markdownCode, markdownText } from "../../harness/report/ci/markdown-text.ts";
import { xmlText } from "../../harness/report/ci/xml-text.ts";
import { escapeMarkdown, markdownFence } from "../../harness/report/feedback/readable-markdown.ts";
import { escapeHtml } from "../../harness/report/html/escape.ts";
import { csvText } from "../../harness/report/tables/csv-text.ts";
import { commonFragments, fingerprintsOf } from "../../harness/similarity/fingerprints.ts";
import { wgslPieces } from "../../harness/similarity/kernel-source.ts";
import { codeFrame } from "../../harness/text/code-frame.ts";
import { printableLines } from "../../harness/text/printable.ts";
import { cut, wrap } from "../../harness/text/wrap.ts";
import { asksLengthOf } from "../../harness/wgsl/array-length.ts";
import { variableAt } from "../../harness/wgsl/declared-variables.ts";
import { initialiseLoopVariables } from "../../harness/wgsl/loop-variables.ts";
import type { Reader } from "./growth.ts";
import { checkedPlan } from "./plans.ts";

const WGSL = [
  ..."@group(0) @binding(0) @compute @workgroup_size(1) var<storage, var<workgroup> var<function> fn f() struct loop{".split(
    " ",
  ),
  ...[
    "for (",
    "while (",
    "array<",
    "vec4<f32>",
    "var a#: f32;",
    "fn f#() {",
    "a[",
    "b(",
    "a# = a#",
    "const a = ",
    "->",
  ],
  ...["workgroupBarrier();", "let a# = 1;", "else if (", "switch a {", "case 1: {", "+ 1", "1.5e+3", "0x", "1u"],
];
/** With an entry point and a workgroup variable, so that readers look at the function's body. */
const KERNEL = (body: string) =>
  `var<workgroup> w: array<f32, 64>; fn b(x: u32) {} @compute @workgroup_size(64) fn main() {${body}}`;
const KERNEL_WORDS = ["loop {", "}", "w[0] = w[1];", "b(1u);", "w[", "]", "x = w[1];", "for (;;) {", "if (true) {"];

/** All readers of candidates' text, except those with their own time limits: esbuild, drivers, plan functions. */
export const readers: readonly Reader[] = [
  {
    name: "texts of reports",
    words: ["&", "`", "*", "_", "|", "www.", "https:", "- ", "1. ", "^", "\u001b[31m", "=HYPERLINK("],
    read(text) {
      for (const form of [printableLines, markdownText, markdownCode, escapeMarkdown, markdownFence]) form(text);
      for (const form of [escapeHtml, csvText, xmlText]) form(text);
      wrap(printableLines(text), 80);
      cut(printableLines(text), 80);
    },
  },
  {
    name: "code frames",
    words: [],
    read(text) {
      codeFrame(text, 1, text.length >> 1);
      codeFrame(text, text.length >> 2, 3, text.length);
    },
  },
  {
    name: "kernels compared",
    words: WGSL,
    read(text) {
      const pieces = wgslPieces([{ name: "kernel.wgsl", text }]);
      commonFragments(pieces, pieces, fingerprintsOf(pieces.slice(1)));
    },
  },
  {
    name: "modules compared",
    words: [...WGSL, "`${", "}`", "//'", "\\'", "\\\n", "'a b c d e f g h'"],
    read(text) {
      const pieces = wgslPieces([{ name: "module.ts", text }]);
      commonFragments(pieces, pieces, new Set());
    },
  },
  {
    name: "places in files",
    words: WGSL,
    read(code) {
      const quarter = code.slice(0, code.length >> 2);
      const halves = [`b${code.slice(code.length >> 1)}`, `${quarter}b${quarter}`];
      const files = halves.map((text, index) => ({ path: `${index}.wgsl`, text }));
      locateInFiles(code, { line: 1, column: code.length - 3 }, files);
      locateInFiles(code.slice(code.length >> 1), { line: 2, column: 1 }, files);
    },
  },
  { name: "guesses from code", words: [...WGSL, ...KERNEL_WORDS], read: guess },
  { name: "guesses from kernels", words: KERNEL_WORDS, read: (text) => guess(KERNEL(text)) },
  { name: "loop variables", words: WGSL, read: initialiseLoopVariables },
  { name: "resource variables", words: WGSL, read: (code) => variableAt(code, undefined, { group: 0, binding: 0 }) },
  {
    name: "stack traces",
    words: [`${SCRIPT_NAME}:1:1`, `${SCRIPT_NAME}:9:9`, "\n    at f (", ")", "1", ":"],
    read(text) {
      stackPlace(text, sourceMapOf("x"));
      stackPlace(`at f (${SCRIPT_NAME}:1:1)`, sourceMapOf(text));
    },
  },
  {
    name: "names in plans",
    words: ["x", "y", "scratch", "passes[0]"],
    read(text) {
      const pass = { code: text, entryPoint: text, bindings: [text, ...text.slice(0, 256)], workgroups: [1.5] };
      checkedPlan({ passes: [pass], scratch: { [text]: 4 }, requires: [text] });
      checkedPlan({ passes: [{ ...pass, constants: { [text]: 1 } }], [text]: text });
    },
  },
  { name: "imports of hand-ins", words: ["from", "import", "(", '"./', "'../", " ", "\n"], read: relativeImports },
  { name: "lengths asked for", words: ["arrayLength", "(", "&", "x", ")", "//", "/*"], read: asksLengthOf },
];

/** The source map of a one-file bundle whose first character keeps its place. */
function sourceMapOf(text: string): string {
  const sources = [`${CANDIDATE_NAMESPACE}:softmax.ts`];
  return JSON.stringify({ version: 3, sources, sourcesContent: [text], names: [], mappings: "AAAA" });
}

function guess(code: string): void {
  findInCode([{ code, bindings: [], workgroups: [1] }], ({ code: text, line, column }) => ({
    kind: "source",
    ...locateInFiles(text, { line, column }, []),
  }));
}
