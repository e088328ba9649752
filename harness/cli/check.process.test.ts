import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function check(...args: string[]): { stdout: string; stderr: string; status: number | null } {
  const launcher = join(packageRoot(), "bin", "kernelmark.js");
  return spawnSync(process.execPath, [launcher, "check", ...args], { encoding: "utf8" });
}

const example = (name: string, file: string) => join(packageRoot(), "submissions", name, file);

it("prints one JSON document, and exits with 0 if accepted", () => {
  const { stdout, status } = check(example("plain", "softmax.ts"), "--json");
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({ schema: 1, candidate: "plain", task: "softmax", verdict: "accepted" });
  expect(document.cases[0]).toMatchObject({
    shape: { rows: 1, cols: 1 },
    data: "plain",
    verdict: "accepted",
    evidence: null,
  });
  expect(document.cases).toHaveLength(document.caseCount);
  expect(status).toBe(0);
});

it("takes a file of any name from anywhere with --task, and exits with 1 if not accepted", () => {
  copyFileSync(example("compile-error", "softmax.ts"), join(folder, "my-try.ts"));
  copyFileSync(example("compile-error", "softmax.wgsl"), join(folder, "softmax.wgsl"));
  const { stdout, status } = check(join(folder, "my-try.ts"), "--task", "softmax");
  expect(stdout).toContain("softmax.wgsl:26:12");
  expect(stdout).toContain("unresolved value 'wieght'");
  expect(status).toBe(1);
});

it("judges outputs of u32, and describes a wrong label without an allowed error", () => {
  const kernel = readFileSync(join(packageRoot(), "kernels", "learning", "kmeans-step", "plain.wgsl"), "utf8");
  writeFileSync(join(folder, "labels.wgsl"), kernel.replace("distance < least", "distance <= least"));
  writeFileSync(
    join(folder, "kmeans-step.ts"),
    `import code from "./labels.wgsl";
export default ({ shape: { n, d, k } }) => ({
  passes: [
    {
      code,
      constants: { N: n, D: d, K: k },
      bindings: ["x", "centroids", "labels", "centroids_out", "inertia"],
      workgroups: [1],
    },
  ],
});
`,
  );
  const { stdout, status } = check(join(folder, "kmeans-step.ts"), "--json", "--seed", "labels");
  const { cases, message } = JSON.parse(stdout);
  const wrong = cases.filter(({ verdict }: { verdict: string }) => verdict === "wrong-answer");
  expect(new Set(wrong.map(({ data }: { data: string }) => data))).toEqual(new Set(["ties"]));
  expect(wrong[0].evidence).toMatchObject({
    output: "labels",
    first: { bound: 0 },
    mistake: { name: "last-of-equals" },
  });
  expect(message).toMatch(/^Likely cause: of centroids at equal distances, .* labels\[\d+\]: expected \d+, got \d+\.$/);
  expect(status).toBe(1);
});

it("suggests tasks if a file's name is not one, and names --task", () => {
  copyFileSync(example("plain", "softmax.ts"), join(folder, "sofmax.ts"));
  const { stderr, status } = check(join(folder, "sofmax.ts"));
  expect(stderr).toContain('"sofmax"');
  expect(stderr).toContain("softmax");
  expect(stderr).toContain("--task softmax");
  expect(status).toBe(2);
});

it("checks inputs of one's own alone, and warns if they are outside of the declared ranges", () => {
  const input = join(folder, "case.json");
  writeFileSync(input, JSON.stringify({ shape: { rows: 1, cols: 3 }, inputs: { x: [0, 100, 1e6] } }));
  const { stdout, stderr, status } = check(example("wrong-answer", "softmax.ts"), "--input", input);
  expect(status).toBe(1);
  expect(stdout).toContain("Likely cause: the row's maximum is not subtracted");
  expect(stdout).toMatch(/\n {2}x\[0\] +0 +100 +1000000\n {2}y\[0\] expected +0 +0 +1\n {7}got +0 +NaN\* +NaN\*\n/);
  expect(stdout).not.toContain("--seed");
  expect(stderr).toContain("Warning: `x`, except masked entries: got 1000000, but the task promises -10000 to 10000.");
});

it("checks a shape of one's own, and says what to do next", () => {
  const { stdout, status } = check(example("plain", "softmax.ts"), "--shape", "rows=3,cols=4", "--data", "steep");
  expect(status).toBe(0);
  expect(stdout).toContain("All numbers: rows=3 cols=4, steep data");
  expect(stdout).toContain("Next step: check all cases, without the options that chose these.");
});

it("dumps an output, and refuses a buffer that the plan does not have", () => {
  const dumped = (buffer: string) =>
    JSON.parse(
      check(example("plain", "softmax.ts"), "--case", "rows=2 cols=3, plain", "--dump", buffer, "--json").stdout,
    );
  const { numbers, dumps } = dumped("y@1");
  expect(dumps).toMatchObject([{ buffer: "y", type: "f32", values: numbers.outputs.y.got }]);
  expect(dumped("weights").error.message).toBe('The plan has no scratch buffer "weights".');
});

it("shows the numbers of the smallest failing case, and repeats the cases of a seed that are asked for", () => {
  copyFileSync(example("plain", "softmax.ts"), join(folder, "softmax.ts"));
  const kernel = readFileSync(example("plain", "softmax.wgsl"), "utf8");
  writeFileSync(join(folder, "softmax.wgsl"), kernel.replace(/sum = 0\.0/, "sum = 0.5"));
  const file = join(folder, "softmax.ts");
  const whole = JSON.parse(check(file, "--json", "--seed", "numbers").stdout);
  expect(whole).toMatchObject({
    seed: "numbers",
    numbers: { inputs: { x: { dims: [2, 3] } }, outputs: { y: { dims: [2, 3], wrong: [0, 1, 2, 3, 4, 5] } } },
  });
  const part = JSON.parse(check(file, "--json", "--seed", "numbers", "--shape", "rows=2,cols=3").stdout);
  expect(part.cases.map(({ shape }: { shape: unknown }) => shape)).toEqual([{ rows: 2, cols: 3 }]);
  expect(part.numbers).toEqual(whole.numbers);
  const { stdout } = check(file, "--seed", "numbers", "--shape", "rows=2,cols=3");
  expect(stdout).toMatch(/All numbers: rows=2 cols=3, plain data\n {2}x\[0\] +/);
  expect(stdout).toContain("The same inputs again: --seed numbers");
});

it("generates the same inputs from the same seed", () => {
  const worst = () => {
    const { stdout } = check(example("wrong-answer", "softmax.ts"), "--json", "--seed", "one");
    return JSON.parse(stdout).cases.map(({ evidence }: { evidence: { worst: unknown } | null }) => evidence?.worst);
  };
  expect(worst()).toEqual(worst());
});
