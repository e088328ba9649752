import { expect, it } from "vitest";
import { taskNames } from "../../harness/catalog/load.ts";
import { type Compared, compareSides } from "./both-sides.ts";
import { comparedEntries } from "./entries.ts";
import { differences, reasonToDiffer } from "./outcome.ts";

/** Enough for some hundred kernels on a busy machine. */
const TIMEOUT_MS = 3_600_000;

it.each(taskNames())(
  "%s: every kernel of every corpus has one verdict in a terminal and in Chromium",
  { timeout: TIMEOUT_MS },
  async (task) => {
    process.env.KERNELMARK_ADAPTER = "swiftshader";
    const differ: Compared[] = [];
    await compareSides(await comparedEntries([task]), "parity", (one) => {
      const isExplained = differences(one.node, one.browser).length === 0 || reasonToDiffer(one.node, one.browser);
      if (!isExplained || !one.isExpected) differ.push(one);
    });
    expect(differ).toEqual([]);
  },
);
