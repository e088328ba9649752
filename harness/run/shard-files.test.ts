import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type IJob, Job } from "kubernetes-models/batch/v1";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { packageRoot } from "../files/package-root.ts";

const read = (name: string) => readFileSync(join(packageRoot(), "docs", "many-machines", name), "utf8");
const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
const bin = join(folder, "bin");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  mkdirSync(bin);
  writeFileSync(join(bin, "npx"), '#!/bin/sh\necho "$@"\n');
  chmodSync(join(bin, "npx"), 0o755);
});

/** What a script would run, in the folder of a course. */
function commandOf(script: string, variables: Readonly<Record<string, string>>, args: readonly string[] = []): string {
  const env = { PATH: `${bin}:${process.env.PATH}`, ...variables };
  return execFileSync("bash", ["--norc", "-euc", script, "bash", ...args], {
    cwd: folder,
    env,
    encoding: "utf8",
  }).trim();
}

const GRADE = "kernelmark grade week-3 --assignment week-3.yaml";

describe("the file for SLURM", () => {
  const script = read("slurm-array.sh");
  const options = [...script.matchAll(/^#SBATCH --([a-z-]+)(?:=(.+))?$/gm)].map(([, name, value]) => [name, value]);

  it("asks for an array whose numbers are those of the shards", () => {
    expect(options).toContainEqual(["array", "1-8"]);
    // sbatch reads no options after the first command.
    expect(script.indexOf("#SBATCH --requeue")).toBeLessThan(script.indexOf("set -euo"));
    expect(script.split("#SBATCH").length - 1).toBe(options.length);
  });

  it("judges a shard, resumes one that was requeued, and merges", () => {
    const variables = { SLURM_ARRAY_TASK_ID: "3", SLURM_ARRAY_TASK_COUNT: "8" };
    expect(commandOf(script, variables)).toBe(`${GRADE} --seed-file seed.txt --shard 3/8 --out shards/3`);
    mkdirSync(join(folder, "shards", "3"), { recursive: true });
    writeFileSync(join(folder, "shards", "3", "results.json"), "");
    expect(commandOf(script, variables)).toBe(`${GRADE} --resume shards/3`);
    expect(commandOf(script, {}, ["merge"])).toBe("kernelmark merge shards/3 --out reports/week-3");
    rmSync(join(folder, "shards"), { recursive: true });
  });
});

describe("the file for Kubernetes", () => {
  const job: IJob = parse(read("kubernetes-job.yaml"));
  const { spec } = job;
  const [container] = spec!.template.spec!.containers;

  it("is a valid job, by the schema of Kubernetes", () => {
    new Job(job).validate();
    // The schema is really applied.
    expect(() => new Job({ ...job, spec: { ...spec!, completions: "8" as never } }).validate()).toThrow("integer");
  });

  it("mounts the volumes that it declares", () => {
    const declared = spec!.template.spec!.volumes!.map(({ name }) => name);
    expect(container!.volumeMounts!.map(({ name }) => name).sort()).toEqual(declared.sort());
  });

  it("judges every shard once", () => {
    expect(spec).toMatchObject({ completionMode: "Indexed", completions: 8 });
    const commands = Array.from({ length: spec!.completions! }, (_, index) =>
      commandOf(container!.args![0]!, { JOB_COMPLETION_INDEX: String(index) }),
    );
    expect(commands).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map(
        (index) => `${GRADE} --seed-file /seed/seed --shard ${index + 1}/8 --out shards/${index}`,
      ),
    );
  });
});

describe("the file for GitHub Actions", () => {
  const { jobs } = parse(read("actions-matrix.yml"));

  it("judges every shard once, and merges what was uploaded", () => {
    const { matrix } = jobs.shard.strategy;
    const step = jobs.shard.steps.find(({ env }: { env?: object }) => env !== undefined);
    const commands = matrix.shard.map((shard: number) =>
      commandOf(step.run, { SHARD: String(shard), SEED: "5eed", RUNNER_TEMP: folder }),
    );
    expect(commands).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map(
        (shard) => `${GRADE} --seed-file ${folder}/seed.txt --shard ${shard}/8 --out shards/${shard}`,
      ),
    );
    expect(readFileSync(join(folder, "seed.txt"), "utf8")).toBe("5eed\n");
    expect(jobs.merge.needs).toBe("shard");
  });
});
