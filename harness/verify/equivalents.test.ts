import { expect, test } from "vitest";
import { loadTask, taskNames } from "../catalog/load.ts";
import { readEquivalents } from "./equivalents.ts";
import { originsOf } from "./kernel-origin.ts";

const PLACE = /^(?:plain|tuned(?: \(hardware\))?) \d+(?: #\d+)?: (.+) =>(?: .+)?$/;

test.each(taskNames().filter((task) => readEquivalents(task).size > 0))(
  "every listed survivor of %s changes a line of its kernels",
  async (task) => {
    const codes = originsOf(await loadTask(task)).flatMap((origin) => origin.codes);
    const kernels = codes.join(" ").replace(/\s+/g, " ");
    const unknown = [...readEquivalents(task).keys()].filter((place) => {
      const line = PLACE.exec(place)?.[1];
      return line === undefined || !kernels.includes(line);
    });
    expect(unknown).toEqual([]);
  },
);
