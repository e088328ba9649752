import { beforeAll, expect, it } from "vitest";
import { Random } from "../../reference/random.ts";
import { type Compared, compareSides } from "./both-sides.ts";
import { comparedEntries } from "./entries.ts";
import { differences, reasonToDiffer } from "./outcome.ts";

/** Tasks whose references take little time. */
const TASKS = ["softmax", "elastic-net-prox"];
const SAMPLE = 4;
const compared: Compared[] = [];

beforeAll(async () => {
  process.env.KERNELMARK_ADAPTER = "swiftshader";
  const quick = (await comparedEntries(TASKS)).filter(({ expect: verdicts }) => !verdicts.includes("time-limit"));
  const drawn = new Random("parity sample").shuffled(quick).slice(0, SAMPLE);
  await compareSides(drawn, "parity sample", (one) => compared.push(one));
}, 600_000);

it("gives a sample of all corpora the verdicts, causes and first cases of a terminal", () => {
  expect(compared).toHaveLength(SAMPLE);
  const differ = compared.filter(({ node, browser }) => differences(node, browser).length > 0);
  expect(differ.filter(({ node, browser }) => reasonToDiffer(node, browser) === undefined)).toEqual([]);
});
