import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import type { Results } from "../results/results.ts";
import type { RosterEntry } from "../results/roster.ts";
import { readResults } from "../run/results-file.ts";
import { exampleRun, SEED } from "../testing/example-run.ts";
import { madeUpAttempt } from "../testing/made-up-run.ts";
import { markRun } from "./mark-run.ts";
import { reports, writeReports } from "./write-reports.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Names that occur in no other text. */
const OTHERS = ["Ada-Maria", "beatrix", "ada.with-a-longer-name", "zsófia"];
const person = (candidate: string): RosterEntry => ({
  candidate,
  name: `Name of ${candidate}`,
  email: `mail-${candidate}@example.org`,
  id: `id-${candidate}`,
  section: `section-${candidate}`,
  login: `login-${candidate}`,
  sisId: `sis-${candidate}`,
  platformId: `platform-${candidate}`,
});

/** A kernel that nobody else would write. */
const KERNEL = Array.from(
  { length: 40 },
  (_, line) => `  acc${line} = fma(x[${line}u] * ${line}.5, y[i + 1u], acc${line});`,
).join("\n");
const SHARED = [{ name: "softmax.wgsl", text: `@compute @workgroup_size(64) fn main() {\n${KERNEL}\n}` }];

const REMARK = "`beatrix/sofmax.ts` is not named after a task.";
const RUN: Results = exampleRun({
  attempts: ["ada", ...OTHERS].flatMap((candidate) => [
    madeUpAttempt(candidate, "softmax", "accepted", { files: SHARED, log: `log of ${candidate}` }),
    madeUpAttempt(candidate, "attention", "wrong-answer", { message: `What happened to ${candidate}.` }),
  ]),
  roster: ["ada", ...OTHERS].map(person),
  remarks: [REMARK],
  refused: ["ada", ...OTHERS].map((candidate) => ({ path: `${candidate}/link.ts`, reason: `Link of ${candidate}.` })),
  inputs: { submissions: "../../zsófia-and-others", roster: "../beatrix.csv" },
});

/** What no file may contain: anything that names another, and the seed. Pages are too long to be printed in failures. */
const SECRETS = [...OTHERS, SEED, "sofmax"];

/** The paths of all files in a folder, and their content with the packed parts of pages unpacked. */
function contentsOf(out: string): string {
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map(({ parentPath, name }) => {
      const text = readFileSync(join(parentPath, name), "utf8");
      const packed = [...text.matchAll(/<script type="text\/plain"[^>]*>([^<]*)</g)];
      const unpacked = packed.map(([, data]) => inflateRawSync(Buffer.from(data!, "base64")).toString());
      return [join(parentPath, name).slice(out.length), text, ...unpacked].join("\n");
    })
    .join("\n");
}

async function write(name: string, results: Results, only?: string): Promise<string> {
  const out = join(folder, name);
  mkdirSync(out);
  await writeReports(markRun(results, only, { at: new Date("2026-05-05T00:00:00Z") }), out);
  return out;
}

describe("all reports together", () => {
  it("name everybody", async () => {
    const text = contentsOf(await write("all", RUN));
    expect(SECRETS.filter((secret) => !text.includes(secret))).toEqual([]);
    expect(text.includes("ada/link.ts")).toBe(true);
  });

  it("on one candidate say nothing about others, and do not contain the seed", async () => {
    const out = await write("ada", RUN, "ada");
    const text = contentsOf(out);
    expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([]);
    const own = ["Name of ada", "mail-ada@", "log of ada", "ada/link.ts"];
    expect(own.filter((one) => !text.includes(one))).toEqual([]);
    expect((await readResults(out)).attempts).toHaveLength(2);
    expect(readdirSync(out)).toEqual(expect.arrayContaining(["index.html", "marks.csv", "feedback", "gradescope"]));
  });

  it("on one candidate contain the seed once the deadline is over", async () => {
    const assignment = { ...RUN.assignment, deadline: "2026-05-04T00:00:00Z" };
    const out = await write("later", { ...RUN, assignment }, "ada");
    expect((await readResults(out)).seed).toBe(SEED);
    expect(OTHERS.filter((other) => contentsOf(out).includes(other))).toEqual([]);
  });
});

it("a report that compares candidates has no content on one of them", async () => {
  const run = markRun(RUN, "ada");
  expect((await run.similar()).groups).toEqual([]);
  expect((await markRun(RUN).similar()).groups.length).toBeGreaterThan(0);
  expect(reports.filter(({ comparesCandidates }) => comparesCandidates).map(({ name }) => name)).toEqual([
    "similar",
    "leaderboard",
  ]);
});
