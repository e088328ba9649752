import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parse } from "junit2json";
import { expect, it } from "vitest";
import { memoryPages, validateXML } from "xmllint-wasm";
import type { Attempt } from "../../results/attempt.ts";
import type { Verdict } from "../../results/verdict.ts";
import { madeUpAttempt } from "../../testing/made-up-run.ts";
import { formatJunit } from "./junit-xml.ts";

/** Jenkins' schema from an npm package; it lacks `file` and `line`. */
const require = createRequire(import.meta.url);
const SCHEMA = readFileSync(require.resolve("junit-processor/schemas/jenkins-junit.xsd"), "utf8");

async function expectValid(xml: string): Promise<void> {
  const bare = xml.replace(/(<testcase [^>]*?) file="[^"]*"/g, "$1").replace(/(<testcase [^>]*?) line="\d+"/g, "$1");
  const { errors } = await validateXML({
    xml: [{ fileName: "junit.xml", contents: bare }],
    schema: [{ fileName: "junit.xsd", contents: SCHEMA }],
    maxMemoryPages: memoryPages.max,
  });
  expect(errors).toEqual([]);
}

const attempt = (candidate: string, verdict: Verdict, changes: Partial<Attempt> = {}) =>
  madeUpAttempt(candidate, "softmax", verdict, { cases: [], durationMs: 1234, ...changes });

it("has a suite for each task and a test for each candidate, valid for Jenkins' schema and a JUnit parser", async () => {
  const place = { kind: "source", file: "lib/a.wgsl", line: 7, column: 3, frame: "> 7 | let a = b;" } as const;
  const xml = formatJunit(
    {
      run: "week 3",
      attempts: [
        attempt("ada", "accepted", { task: "attention" }),
        attempt("ada", "accepted"),
        attempt("bob", "compile-error", { evidence: place }),
        attempt("eve", "wrong-answer"),
        attempt("kim", "unsupported"),
        attempt("max", "harness-error"),
        attempt("zoe", "missing", { file: "", durationMs: 1234 }),
      ],
    },
    "submissions",
  );
  await expectValid(xml);
  const suites = (await parse(xml)) as Exclude<Awaited<ReturnType<typeof parse>>, null | undefined>;
  expect(suites).toMatchObject({ name: "week 3", tests: 7, failures: 3, errors: 1, time: 8.638 });
  const [attention, softmax] = (suites as { testsuite: { name: string; testcase: Record<string, unknown>[] }[] })
    .testsuite;
  expect(attention).toMatchObject({ name: "attention", tests: 1, failures: 0, errors: 0 });
  expect(softmax).toMatchObject({ name: "softmax", tests: 6, failures: 3, errors: 1, skipped: 1 });
  const [ada, bob, eve, kim, max, zoe] = softmax!.testcase;
  expect(ada).toEqual({ name: "ada", classname: "softmax", file: "submissions/ada/softmax.ts", time: 1.234 });
  expect(bob).toMatchObject({ file: "submissions/bob/lib/a.wgsl", line: 7 });
  expect(bob!.failure).toMatchObject([{ type: "compile-error", message: "What happened." }]);
  expect((bob!.failure as { inner: string }[])[0]!.inner).toContain("lib/a.wgsl:7:3: What happened.\n> 7 | let a = b;");
  expect(eve).toMatchObject({ file: "submissions/eve/softmax.ts" });
  expect(eve).not.toHaveProperty("line");
  expect(kim!.skipped).toMatchObject([{ inner: "What happened." }]);
  expect(max!.error).toMatchObject([{ type: "harness-error" }]);
  expect(zoe).not.toHaveProperty("file");
});

it("escapes control characters of a candidate", async () => {
  const nasty = `]]></failure><x a='"&\u001b[31m\u0000\u202e\ufffe\ud800\n::error::😀`;
  const xml = formatJunit({ run: nasty, attempts: [attempt(nasty, "wrong-answer", { message: nasty, log: nasty })] });
  await expectValid(xml);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is that there are none
  expect(xml).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e\ufffe]/);
  const { testsuite } = (await parse(xml)) as { testsuite: { testcase: { name: string }[] }[] };
  expect(testsuite[0]!.testcase[0]!.name).toBe(
    `]]></failure><x a='"&\\u{1b}[31m\\u{0}\\u{202e}\ufffd\\u{d800}\\u{a}::error::😀`,
  );
});

it("is valid for a run without submissions", () => expectValid(formatJunit({ run: "r", attempts: [] })));
