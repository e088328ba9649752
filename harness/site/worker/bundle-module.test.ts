import { describe, expect, it } from "vitest";
import { Sandbox } from "../../plan/sandbox.ts";
import type { SourceFile } from "../../plan/source-files.ts";
import { guaranteedLimits } from "../../task/limits.ts";
import { bundleModule } from "./bundle-module.ts";
import { memoryFolder } from "./memory-folder.ts";

const DEVICE = {
  features: [],
  limits: guaranteedLimits,
  subgroupMinSize: 0,
  subgroupMaxSize: 0,
  kind: "software",
} as const;

const filesOf = (texts: Readonly<Record<string, string>>): SourceFile[] =>
  Object.entries(texts).map(([path, text]) => ({ path, text }));

/** What a submission's plan function returns in the sandbox. */
async function returned(texts: Readonly<Record<string, string>>) {
  const built = await bundleModule("softmax.ts", memoryFolder(filesOf(texts)));
  if (!built.ok) throw new Error(built.problems[0]!.message);
  const sandbox = new Sandbox(built.script, built.sourceMap);
  return sandbox.plan({ task: "softmax", shape: { rows: 3 }, params: {}, device: DEVICE });
}

async function problem(texts: Readonly<Record<string, string>>) {
  const built = await bundleModule("softmax.ts", memoryFolder(filesOf(texts)));
  return built.ok ? undefined : built.problems[0];
}

describe("a submission's module, bundled for the browser", () => {
  it("imports modules, data, text and `kernelmark`, without types", async () => {
    const call = await returned({
      "softmax.ts": `import { ceilDiv, type Plan, type PlanContext } from "kernelmark";
import code from "./softmax.wgsl";
import { double } from "./lib/double";
import table, { sizes } from "./table.json";
import * as names from "./names.ts";
export { unused } from "./names.ts";
enum Kind { Small = 1 }
export default function plan({ shape }: PlanContext<"softmax">): Plan<"softmax"> {
  return { code, groups: ceilDiv(double(shape.rows as number), 4), sizes, table, first: names.first, kind: Kind.Small } as never;
}`,
      "softmax.wgsl": 'fn f() {} // "quoted" `ticks`',
      "lib/double.ts": "export const double = (n: number): number => 2 * n;",
      "table.json": '{ "sizes": [1, 2] }',
      "names.ts": 'export const first = "one"; export const unused = 0;',
    });
    expect(call).toEqual({
      ok: true,
      value: {
        ...{ code: 'fn f() {} // "quoted" `ticks`', groups: 2, sizes: [1, 2], table: { sizes: [1, 2] } },
        ...{ first: "one", kind: 1 },
      },
      log: "",
    });
  });

  it("lets an import of a type alone name no file", async () => {
    const text =
      'import type { A } from "./absent.ts"; import { B } from "./absent2.ts"; let b: B; export default () => 1;';
    expect(await returned({ "softmax.ts": text })).toMatchObject({ ok: true, value: 1 });
  });

  it("takes files that are required, and names what cannot be", async () => {
    const files = { "half.ts": "export const half = (n: number) => n / 2;" };
    const text = '// require("./absent.ts")\nexport default () => require("./half.ts").half(require ? 8 : 0);';
    expect(await returned({ ...files, "softmax.ts": text })).toMatchObject({ ok: true, value: 4 });
    const computed = await returned({ "softmax.ts": 'const n = "fs"; export default () => require(n);' });
    expect(computed).toMatchObject({ ok: false });
    expect(JSON.stringify(computed)).toContain('Dynamic require of \\"fs\\" is not supported');
  });

  it("leads errors of the plan function back to the line in its file", async () => {
    const call = await returned({
      "softmax.ts": 'import { fail } from "./fail.ts";\n\nexport default () => fail(1);',
      "fail.ts": '// A comment.\nexport function fail(n: number): never {\n  throw new Error("no " + n);\n}',
    });
    expect(call).toMatchObject({ ok: false, place: { file: "fail.ts", line: 3 } });
  });

  it.each([
    ['import fs from "node:fs"; export default fs;', "`node:fs` is a Node.js module"],
    ['import fs from "fs/promises"; export default fs;', "`fs/promises` is a Node.js module"],
    ['import x from "../bob/x.ts"; export default x;', "`../bob/x.ts` leads out of your folder."],
    ['import x from "./softmx.wgsl"; export default x;', "Did you mean `softmax.wgsl`?"],
    ['import x from "softmax.wgsl"; export default x;', "must begin with `./`"],
    ['export default () => require("./softmx.wgsl");', "Did you mean `softmax.wgsl`?"],
    ['const n = "b"; export default () => require("./" + n + ".ts");', "Import paths must be string literals."],
    ['const n = "b"; export default () => import("../" + n + ".ts");', "Import paths must be string literals."],
  ])("refuses %s in the words of the bundler in Node", async (text, message) => {
    const found = await problem({ "softmax.ts": `\n  ${text}`, "softmax.wgsl": "" });
    expect(found?.message).toContain(message);
    expect(found).toMatchObject({ file: "softmax.ts", line: 2 });
    expect(found?.frame).toContain(text);
  });

  it("places a syntax error", async () => {
    expect(await problem({ "softmax.ts": "const a = 1;\nconst b = ;\nexport default () => a + b;" })).toMatchObject({
      ...{ file: "softmax.ts", line: 2, column: 11 },
      message: "Unexpected token",
    });
  });
});
