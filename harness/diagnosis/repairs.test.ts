import { afterAll, beforeAll, expect, test } from "vitest";
import { edited, lineOf, openRowJudge } from "../testing/row-kernel.ts";

let judge: Awaited<ReturnType<typeof openRowJudge>>;
beforeAll(async () => {
  judge = await openRowJudge();
});
afterAll(() => judge.close());

const diagnosed = (plan: ReturnType<typeof edited>) => judge.judge(plan, { triesRepairs: true });

// repairs.long.test.ts has the other kinds.
test("a number too much in the kernel, and its line", async () => {
  const { verdict, findings } = await diagnosed(edited("+ EPS)", "+ EPS + 0.5)"));
  expect(verdict).toBe("wrong-answer");
  const repair = findings.find(({ kind }) => kind === "repair");
  expect(repair?.sentence).toMatch(/`\+ 0\.5` does not belong/);
  expect(repair?.place?.line).toBe(lineOf("+ EPS)"));
});

test("a wrong constant of the plan", async () => {
  const { findings } = await diagnosed(edited("part[0]", "part[0]", "rows"));
  expect(findings[0]?.sentence).toMatch(/constant `COLS` a wrong value: it should be `shape\.cols`/);
});

test.each([
  [
    "a term beside the root",
    "inverseSqrt(part[0] / f32(COLS) + EPS)",
    "(inverseSqrt(part[0] / f32(COLS)) + EPS)",
    /`inverseSqrt\(.*\) \+ EPS` should be `inverseSqrt\(.* \+ EPS\)`/,
  ],
  [
    "an own part for the workgroup's sum",
    "part[0] / f32",
    "squares / f32",
    /own part: use that of the whole workgroup, `part\[0\]`/,
  ],
])("%s", async (_, from, to, cause) => {
  const { findings } = await diagnosed(edited(from, to));
  expect(findings[0]?.sentence).toMatch(cause);
  expect(findings[0]?.place?.line).toBe(lineOf("let scale"));
});

test("a correct kernel is not changed", async () => {
  expect(await diagnosed(edited("part[0]", "part[0]"))).toMatchObject({ verdict: "accepted", findings: [] });
});
