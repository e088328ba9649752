import { expect, test } from "vitest";
import { specimens } from "../../testing/corpus/corpora.ts";
import { namedOf } from "../../testing/corpus/judge-specimens.ts";

const QUICK = ["workgroups rounded down/softmax", "the wrong row length of the output/matmul-int8"];

// A part of those that specimens.long.test.ts judges.
test.each(QUICK)("the message names the cause of %s", async (key) => {
  const specimen = specimens().filter(({ name, task }) => `${name}/${task}` === key);
  expect(await namedOf(specimen)).toEqual([true]);
});
