import { expect, test } from "vitest";
import { allSpecimens } from "./all-specimens.ts";
import { namedOf } from "./judge-specimens.ts";
import { unseenSpecimens } from "./unseen.ts";

const FEWEST_NAMED = 30;
const FEWEST_UNSEEN_NAMED = 1;

test(`at least ${FEWEST_NAMED} of the 40 specimens get a message that names their cause`, async () => {
  const named = await namedOf(allSpecimens);
  expect(named).toHaveLength(40);
  expect(named.filter(Boolean).length).toBeGreaterThanOrEqual(FEWEST_NAMED);
});

test("of the ten that no finder was mended by, some get one", async () => {
  const named = await namedOf(unseenSpecimens);
  expect(named).toHaveLength(10);
  expect(named.filter(Boolean).length).toBeGreaterThanOrEqual(FEWEST_UNSEEN_NAMED);
});
