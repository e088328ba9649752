import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { taskFolder, taskNames } from "../catalog/load.ts";
import { readEquivalents } from "./equivalents.ts";

const PLACE = /^(?:plain|tuned(?: \(hardware\))?) \d+(?: #\d+)?: (.+) =>(?: .+)?$/;

/** The WGSL of a family, and that of all software adapters' kernels: tasks share kernels. */
function kernelsOf(family: string): string {
  return [family, join(dirname(family), "software")].flatMap(wgslIn).join("\n");
}

function wgslIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".wgsl"));
  return files.map((file) => readFileSync(join(folder, file), "utf8").replace(/\s+/g, " "));
}

test.each(taskNames().filter((task) => readEquivalents(task).size > 0))(
  "every listed survivor of %s changes a line of its kernels",
  (task) => {
    const kernels = kernelsOf(dirname(taskFolder(task)));
    const unknown = [...readEquivalents(task).keys()].filter((place) => {
      const line = PLACE.exec(place)?.[1];
      return line === undefined || !kernels.includes(line);
    });
    expect(unknown).toEqual([]);
  },
);
