import { expect, test } from "vitest";
import { namedOf } from "../../testing/judge-specimens.ts";
import { allSpecimens } from "./all-specimens.ts";
import { unseenSpecimens } from "./unseen.ts";

// As of now 37 of 40 and 8 of 10. Seven of these 8 are mistakes that the task itself knows: of the three that no task
// knows, the finders name one. The unseen ones are of the same mind as the finders, whose code their writer had read.
const FEWEST_NAMED = 30;
const FEWEST_UNSEEN_NAMED = 6;

test(`at least ${FEWEST_NAMED} of the 40 specimens get a message that names their cause`, async () => {
  const named = await namedOf(allSpecimens);
  expect(named).toHaveLength(40);
  expect(named.filter(Boolean).length).toBeGreaterThanOrEqual(FEWEST_NAMED);
});

test(`of the ten that no finder was mended by, at least ${FEWEST_UNSEEN_NAMED} get one`, async () => {
  const named = await namedOf(unseenSpecimens);
  expect(named).toHaveLength(10);
  expect(named.filter(Boolean).length).toBeGreaterThanOrEqual(FEWEST_UNSEEN_NAMED);
});
