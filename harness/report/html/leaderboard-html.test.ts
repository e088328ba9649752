import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Results } from "../../results/results.ts";
import { madeUpAttempt, madeUpMeasurement, madeUpRun } from "../../testing/made-up-run.ts";
import { markRun } from "../mark-run.ts";
import { leaderboardHtml } from "./leaderboard-html.ts";

const SPEEDS: Readonly<Record<string, number>> = { ada: 1.5, bea: 12.25, cem: 3, dan: 3, eli: 2, fay: 99 };

const RUN = madeUpRun(
  [
    ...Object.entries(SPEEDS).map(([name, speed]) =>
      madeUpAttempt(name, "softmax", "accepted", {
        measurement: madeUpMeasurement(speed, { isImplausible: name === "fay" }),
      }),
    ),
    madeUpAttempt("ada", "attention", "accepted", { measurement: madeUpMeasurement(1) }),
    madeUpAttempt("gus", "softmax", "wrong-answer"),
    madeUpAttempt("hal", "softmax", "missing"),
  ],
  {
    roster: ["ada", "hal"].map((candidate) => ({
      candidate,
      name: `The person ${candidate}`,
      email: `${candidate}@example.org`,
      id: `id of ${candidate}`,
      section: "Section 7",
      ...{ login: "", sisId: "", platformId: "" },
    })),
  },
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kernelmark-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The page, and its rows by section: the text of each cell, with candidates' names for their codes. */
async function write(results: Results) {
  const run = markRun(results);
  const [path] = await leaderboardHtml.write(run, folder);
  const html = await readFile(path!, "utf8");
  const names = new Map([...run.codes].map(([name, code]) => [code, name]));
  const rows = new Map(
    [...html.matchAll(/<section id="([^"]*)">(.*?)<\/section>/gs)].map(([, id, section]) => [
      id,
      [...section!.matchAll(/<tr>(<td class="number">\d.*?)<\/tr>/g)].map(([, row]) =>
        row!
          .split(/<\/t[dh]>/)
          .map((cell) => cell.replace(/<[^>]*>/g, ""))
          .filter((cell) => cell !== "")
          .map((cell) => names.get(cell) ?? cell),
      ),
    ]),
  );
  const byCode = (list: readonly string[]) =>
    [...list].sort((a, b) => (run.codes.get(a)! < run.codes.get(b)! ? -1 : 1));
  return { html, rows, byCode };
}

describe("the leaderboard for everyone", () => {
  test("ranks candidates by points, and accepted kernels by speed; equals share a rank", async () => {
    const { rows, byCode } = await write(RUN);
    // Not by name.
    const [third, fourth] = byCode(["cem", "dan"]);
    expect(rows.get("all")).toEqual([
      ["1", "ada", "2 of 2"],
      ["2", "bea", "1 of 2"],
      ["3", third, "1 of 2"],
      ["3", fourth, "1 of 2"],
      ["5", "eli", "1 of 2"],
      ["6", "fay", "1 of 2"],
      ["7", "gus", "0 of 2"],
    ]);
    expect(rows.get("task-softmax")).toEqual([
      ["1", "bea", "12.25×"],
      ["2", third, "3.00×"],
      ["2", fourth, "3.00×"],
      ["4", "eli", "2.00×"],
      ["5", "ada", "1.50×"],
    ]);
  });

  test("shows neither names nor sections nor points", async () => {
    const { html } = await write(RUN);
    const text = html.slice(html.indexOf("<body>"));
    for (const { candidate, name, email, id, section } of RUN.roster) {
      for (const secret of [`>${candidate}<`, name, email, id, section]) expect(text).not.toContain(secret);
    }
    for (const candidate of Object.keys(SPEEDS)) expect(text).not.toMatch(new RegExp(`\\b${candidate}\\b`));
    expect(text).not.toContain(RUN.seed);
  });

  test("omits a task with too few speeds, and everything with too few candidates", async () => {
    const { html, rows } = await write(RUN);
    expect(rows.get("task-attention")).toEqual([]);
    expect(html).toContain("Speeds are shown from 5 measured kernels on.");
    const few = await write({
      ...RUN,
      attempts: RUN.attempts.filter(({ candidate }) => /ada|bea|cem|dan|hal/.test(candidate)),
    });
    expect(few.rows.size).toBe(0);
    expect(few.html).toContain("There is no leaderboard for fewer than 5 candidates");
  });
});
