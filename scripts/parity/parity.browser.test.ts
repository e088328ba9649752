import { beforeAll, expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import { type Compared, compareSides } from "./both-sides.ts";
import { comparedEntries } from "./entries.ts";
import { differences, reasonToDiffer } from "./outcome.ts";

/** Tasks whose references take little time. */
const TASKS = ["softmax", "elastic-net-prox"];
const SAMPLE = 4;
/** Dawn refuses its second run, so the passes' timestamps are never written. */
const REFUSED_IN_PART = "vectors for rows of any length";
const compared: Compared[] = [];

beforeAll(async () => {
  process.env.KERNELMARK_ADAPTER = "swiftshader";
  const quick = (await comparedEntries(TASKS)).filter(({ expect: verdicts }) => !verdicts.includes("time-limit"));
  const drawn = new Random("parity sample").shuffled(quick).slice(0, SAMPLE);
  const refusedInPart = quick.filter(({ name, task }) => name === REFUSED_IN_PART && task === "softmax");
  await compareSides([...drawn, ...refusedInPart], "parity sample", (one) => compared.push(one));
}, 600_000);

it("gives a sample of all corpora the verdicts, causes and first cases of a terminal", () => {
  expect(compared).toHaveLength(SAMPLE + 1);
  expect(compared.filter(({ isExpected }) => !isExpected)).toEqual([]);
  const differ = compared.filter(({ node, browser }) => differences(node, browser).length > 0);
  expect(differ.filter(({ node, browser }) => reasonToDiffer(node, browser) === undefined)).toEqual([]);
});
