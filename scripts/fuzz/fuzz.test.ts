import { randomInt } from "node:crypto";
import { describe, it } from "vitest";
import { fuzzTargets } from "./targets.ts";

/** Enough to find a new hole within some days of tests; `npm run fuzz` gives each target ten thousand. */
const CASES: Readonly<Record<string, number>> = { sources: 20, shaders: 40, "file trees": 30, downloads: 30 };
const GROWTH_CASES = 3;

describe("every input gets an answer", () => {
  for (const target of fuzzTargets()) {
    it(target.name, () =>
      target.run(CASES[target.name] ?? (target.name.startsWith("growth") ? GROWTH_CASES : 50), randomInt(2 ** 31)),
    );
  }
});
