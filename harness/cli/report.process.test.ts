import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import type { Results } from "../results/results.ts";
import { freezeRun } from "../run/freeze-run.ts";
import { writeResults } from "../run/results-file.ts";
import { madeUpAttempt, madeUpRun } from "../testing/made-up-run.ts";
import { ended } from "../testing/run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = join(folder, "run");

const RUN = madeUpRun([
  madeUpAttempt("ada", "softmax", "accepted"),
  madeUpAttempt("ada", "attention", "accepted"),
  madeUpAttempt("bob", "softmax", "wrong-answer"),
  madeUpAttempt("bob", "attention", "missing"),
]);

/** Runs `kernelmark report`, and passes the process to `meddle`. */
function report(args: readonly string[], meddle: (child: ChildProcess) => void = () => {}) {
  const child = spawn(process.execPath, [join(packageRoot(), "bin", "kernelmark.js"), "report", ...args]);
  meddle(child);
  return ended(child);
}

async function writeRun(name: string, results: Results): Promise<string> {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  await writeResults(results, path);
  return path;
}

beforeAll(() => writeRun("run", { ...RUN, inputs: { submissions: "../week-3" } }));

describe("kernelmark report", () => {
  it("writes everything again, except the run's results", async () => {
    const before = readFileSync(join(run, "results.json"), "utf8");
    const { code, stdout } = await report([run]);
    expect(code).toBe(0);
    const files = ["marks.csv", "cases.csv", "junit.xml", "similar.json", "gradescope"];
    expect(readdirSync(run)).toEqual(expect.arrayContaining(files));
    // Nobody is known for a gradebook.
    expect(readdirSync(run)).not.toEqual(expect.arrayContaining([expect.stringMatching(/canvas|moodle|mail/)]));
    expect(stdout).toContain(join(run, "marks.csv"));
    expect(readFileSync(join(run, "results.json"), "utf8")).toBe(before);
  });

  it("writes the named reports on the named candidate, and prints JSON", async () => {
    const out = join(folder, "ada");
    const { stdout, stderr } = await report([run, "--format", "marks,junit", "--only", "ada", "--out", out, "--json"]);
    const files = ["marks.csv", "junit.xml"].map((name) => join(out, name));
    expect(JSON.parse(stdout)).toEqual({ schema: 1, run: "run", files, remarks: [] });
    expect(stderr).toBe("");
    expect(readdirSync(out).sort()).toEqual(["junit.xml", "marks.csv"]);
    for (const file of files) expect(readFileSync(file, "utf8")).not.toContain("bob");
  });

  it("writes a leaderboard without names, alone or with other reports", async () => {
    const out = join(folder, "public");
    await report([run, "--leaderboard", "--out", out]);
    expect(readdirSync(out)).toEqual(["leaderboard.html"]);
    expect(readFileSync(join(out, "leaderboard.html"), "utf8")).not.toMatch(/\b(ada|bob)\b/);
    await report([run, "--leaderboard", "--format", "marks", "--out", out]);
    expect(readdirSync(out).sort()).toEqual(["leaderboard.html", "marks.csv"]);
  });

  it("marks again under another assignment and another roster", async () => {
    const out = join(folder, "anew");
    const assignment = join(folder, "lenient.yaml");
    const roster = join(folder, "roster.csv");
    writeFileSync(assignment, "title: Lenient\ntasks:\n  softmax: { points: 3 }\n");
    writeFileSync(roster, "candidate,name,email\nADA,Ada,ada@x.org\nzoe,Zoe,zoe@x.org\n");
    const args = ["--assignment", assignment, "--roster", roster, "--out", out];
    const { code, stderr } = await report([run, ...args]);
    expect(code).toBe(0);
    expect(stderr).toContain("The folder `ada` is matched to `ADA` on the roster");
    expect(stderr).toContain("`bob` is not on the roster.");
    const marks: string[][] = parse(readFileSync(join(out, "marks.csv")), { bom: true });
    expect(readFileSync(join(out, "canvas.csv"), "utf8")).toContain("\nAda,,,ada@x.org,,3,3\n");
    expect(stderr).toContain("Not in canvas.csv, because the roster does not identify them for Canvas: `bob`.");
    expect(marks.slice(1)).toEqual([
      ["ada", "Ada", "", "accepted", "3", "3", "3", ""],
      ["bob", "", "", "wrong-answer", "1.5", "1.5", "3", "softmax: 1 of 2 groups of cases passed."],
      ["zoe", "Zoe", "", "missing", "0", "0", "3", "softmax: not submitted."],
    ]);
    // The output is a run of its own.
    expect((await report([out, "--format", "marks", "--json"])).code).toBe(0);
  });
});

describe("adjustments", () => {
  it("are recorded in the run, and its later reports have them", async () => {
    const own = await writeRun("adjusted", RUN);
    const file = join(folder, "adjustments.csv");
    writeFileSync(file, "candidate,task,points,change,reason\nbob,attention,4,,sent by mail\nada,,,1,helped others\n");
    const marks = () => parse(readFileSync(join(own, "marks.csv"), "utf8")) as string[][];
    expect((await report([own, "--format", "marks", "--adjustments", file])).code).toBe(0);
    const [, ada, bob] = marks();
    expect(ada).toMatchObject({ 5: "12", 7: "softmax: speed was not measured. Total: +1: helped others." });
    expect(bob).toMatchObject({ 4: "4", 5: "7" });
    rmSync(join(own, "marks.csv"));
    expect((await report([own, "--format", "marks"])).code).toBe(0);
    expect(marks()[2]).toEqual(bob);
    const { adjustments, builtInCode: _, ...rest } = JSON.parse(readFileSync(join(own, "results.json"), "utf8"));
    expect(adjustments).toHaveLength(2);
    expect(rest).toEqual(JSON.parse(JSON.stringify(RUN)));
  });

  it("with mistakes are refused, before anything is written", async () => {
    const own = await writeRun("unadjusted", RUN);
    const file = join(folder, "mistakes.csv");
    writeFileSync(file, "candidate,task,points,change,reason\nbobb,attention,4,,\n");
    const { code, stdout, stderr } = await report([own, "--adjustments", file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain('mistakes.csv:2: There is no candidate "bobb". Did you mean "bob"?');
    expect(stderr).toContain("Fix the 2 problems");
    expect(readdirSync(own)).toEqual(["results.json"]);
  });
});

it("kernelmark report writes tables for a locale, and finds code of earlier cohorts", async () => {
  const textOf = (path: string) => readFileSync(join(packageRoot(), path), "utf8");
  const kernel = textOf("kernels/gmm/gmm-e-step/tuned.wgsl");
  const filesWith = (text: string) => ({ files: [{ name: "kernel.wgsl", text }] });
  const now = await writeRun(
    "now",
    madeUpRun([
      madeUpAttempt("ada", "softmax", "wrong-answer", filesWith(textOf("submissions/time-limit/softmax.wgsl"))),
      madeUpAttempt("ada", "attention", "accepted", filesWith(kernel)),
    ]),
  );
  const earlier = join(folder, "2025", "zoe");
  mkdirSync(earlier, { recursive: true });
  writeFileSync(join(earlier, "attention.ts"), 'import code from "./k.wgsl";');
  writeFileSync(join(earlier, "k.wgsl"), kernel.replaceAll("row", "line"));
  const args = ["--format", "similar", "--locale", "de", "--against", join(folder, "2025"), "--json"];
  await report([now, ...args]);
  const rows = parse(readFileSync(join(now, "similar.csv")), { bom: true, delimiter: ";", columns: true });
  expect(rows).toMatchObject([
    { task: "attention", kind: "identical", candidates: "ada; zoe (2025)", "highest similarity": "1" },
    { kind: "built-in code", candidates: "ada", "closest pair": "the example submissions/time-limit" },
  ]);
});

describe("kernelmark report refuses", () => {
  it.each([
    [
      "an unknown format",
      ["--format", "canvs"],
      /There is no report "canvs"\. Did you mean "canvas"\?\n[\s\S]*junit +junit\.xml/,
    ],
    [
      "an unknown candidate",
      ["--only", "adda", "--out", "x"],
      /This run has no candidate "adda"\. Did you mean "ada"\?/,
    ],
    [
      "to replace the report on all candidates",
      ["--only", "ada", "--format", "marks"],
      /would replace the one on all candidates\.\nName another folder with --out\./,
    ],
    [
      "a comparison of candidates on one of them",
      ["--only", "ada", "--format", "similar", "--out", "x"],
      /The report `similar` compares candidates, so there is none on one of them\.\nOmit --only, or the report\./,
    ],
    ["to write among the submissions", ["--out", join(folder, "week-3", "x")], / is inside the submissions' folder /],
    [
      "a leaderboard of one candidate",
      ["--only", "ada", "--leaderboard", "--out", "x"],
      /The report `leaderboard` compares candidates, so there is none on one of them\./,
    ],
    ["a gradebook without a roster", ["--format", "canvas"], /canvas\.csv needs a roster: .*\nName it with --roster\./],
    ["an unknown locale", ["--locale", "german"], /There is no locale "german"\./],
    ["a missing earlier cohort", ["--against", "none"], /The folder none of --against cannot be read \(ENOENT\)\./],
    ["to replace the run's results", ["--format", "json"], /results\.json is never overwritten\./],
    ["to replace the run's marks", ["--assignment", "a.yaml"], /would replace those of the run\./],
  ])("%s", async (_, args, message) => {
    const { code, stdout, stderr } = await report([run, ...args]);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it("to write to a frozen run, its own or another", async () => {
    const frozen = await writeRun("frozen", RUN);
    await freezeRun(frozen);
    const ends = await Promise.all([report([frozen]), report([run, "--out", join(frozen, "new")])]);
    for (const { code, stderr } of ends) {
      expect(stderr).toContain("frozen.\nWrite to another folder, or unfreeze the run by deleting");
      expect(code).toBe(2);
    }
    expect(readdirSync(frozen).sort()).toEqual(["SHA256SUMS", "results.json"]);
  });

  it("a run that is missing, damaged, of another schema, interrupted, or still being written", async () => {
    const damaged = await writeRun("damaged", RUN);
    writeFileSync(join(damaged, "results.json"), readFileSync(join(run, "results.json"), "utf8").slice(0, -300));
    const old = await writeRun("old", { ...RUN, schema: 0 as 1 });
    const cutOff = await writeRun("cut-off", { ...RUN, state: "running" });
    const busy = await writeRun("busy", { ...RUN, state: "running" });
    writeFileSync(join(busy, "run.lock"), String(process.pid));
    const messages = [
      [join(folder, "nothing"), "does not contain a run: results.json is missing."],
      [damaged, "results.json is damaged: it is not JSON"],
      [old, "has version 0 of the results' schema, but this Kernelmark reads version 1."],
      [
        cutOff,
        `was interrupted before it wrote its results.\nIts graded submissions are kept. Continue it: \`kernelmark grade --resume ${cutOff}\``,
      ],
      [busy, `is still being written (by process ${process.pid}).`],
    ] as const;
    const ends = await Promise.all(messages.map(([path]) => report([path])));
    for (const [index, [, message]] of messages.entries()) {
      expect(ends[index]).toMatchObject({ code: 2, stdout: "" });
      expect(ends[index]!.stderr).toContain(message);
    }
  });
});

it("compare shows the effect of another assignment", async () => {
  const anew = await writeRun("other", { ...RUN, assignment: { ...RUN.assignment, software: false } });
  const child = execFile(process.execPath, [
    join(packageRoot(), "bin", "kernelmark.js"),
    "compare",
    run,
    anew,
    "--json",
  ]);
  let stdout = "";
  for await (const text of child.stdout!) stdout += text;
  expect(JSON.parse(stdout)).toEqual({
    ...{ schema: 1, before: run, after: anew, conditions: ["assignment"] },
    ...{ totals: [], candidateCount: 2, moves: [], attemptCount: 4 },
  });
});

it("leaves no partial file if killed", async () => {
  const attempts = Array.from({ length: 400 }, (_, index) =>
    madeUpAttempt(`candidate ${index}`, "softmax", "wrong-answer"),
  );
  const large = await writeRun("large", madeUpRun(attempts));
  await report([large], (child) => {
    const watch = setInterval(() => {
      if (child.exitCode === null && !existsSync(join(large, "gradescope"))) return;
      clearInterval(watch);
      child.kill("SIGKILL");
    }, 1);
  });
  const files = readdirSync(large, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const whole = files.filter(({ name }) => !name.endsWith(".tmp"));
  expect(whole.length).toBeGreaterThan(2);
  for (const { parentPath, name } of whole) {
    const text = readFileSync(join(parentPath, name), "utf8");
    if (name.endsWith(".json")) JSON.parse(text);
    else if (name.endsWith(".csv")) expect(parse(text, { bom: true }).length).toBeGreaterThanOrEqual(400);
  }
});
