import { randomInt } from "node:crypto";
import { describe, it } from "vitest";
import { fuzzTargets } from "./targets.ts";

/** Enough to notice a new hole within some days of tests; `npm run fuzz` gives ten thousand to each. */
const CASES: Readonly<Record<string, number>> = { sources: 30, shaders: 60, "file trees": 60 };

describe("what nobody would write is answered", () => {
  for (const target of fuzzTargets()) {
    it(target.name, () => target.run(CASES[target.name] ?? 100, randomInt(2 ** 31)));
  }
});
