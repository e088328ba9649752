import { expect, test } from "vitest";
import { natural } from "../../harness/testing/corpus/corpora.ts";
import { Random } from "../../reference/random.ts";
import { markdownTable } from "../proofs/table.ts";
import { judgeMistakes } from "./judge.ts";
import { triesOf, withNatural } from "./page.ts";

const SAMPLE = new Random("sample", "natural").shuffled(natural()).slice(0, 1);

// A part of those that natural.long.test.ts judges.
test.each(SAMPLE.map(({ task, name }) => [task, name] as const))("%s: %s", async (task, name) => {
  const judged = await judgeMistakes(task, [name]);
  expect(judged).toMatchObject([{ name, verdict: "wrong-answer" }]);
  expect(judged[0]!.outcome, judged[0]!.lead).not.toBe("unread");
});

test("the tables count outcomes, and take tries from the kernels", () => {
  const shared = { task: "rope", name: "a", idea: "is wrong", lead: "It is wrong." } as const;
  const judged = [
    { ...shared, verdict: "wrong-answer", outcome: "cause" },
    { ...shared, verdict: "imprecise", outcome: "symptom" },
    { ...shared, task: "gelu", verdict: "accepted", outcome: "unread" },
  ] as const;
  const tries = [{ task: "rope", accepted: 2, failures: "Try 1: odd tokens." }];
  const page = "Prose.\n\n<!-- figures of npm run natural -->\n\nold\n\n<!-- end of figures -->\n\nMore.\n";
  const headings = ["task", "mistakes", "refused", "cause named", "symptom named", "unread"];
  const rows = [
    ["rope", "2", "2", "1", "1", "0"],
    ["gelu", "1", "0", "0", "0", "1"],
    ["all", "3", "2", "1", "1", "1"],
  ];
  const ofTries = markdownTable(["task", "accepted at try", "earlier tries"], [["rope", "2", "Try 1: odd tokens."]]);
  expect(withNatural(page, { judged, tries })).toBe(
    page.replace("old", `${markdownTable(headings, rows)}\n\n${ofTries}`),
  );
});

test("every kernel says at which try it was accepted", () => {
  const file = "harness/testing/corpus/natural/leaky-relu.ts";
  expect(triesOf({ task: "leaky-relu", file })).toEqual({ task: "leaky-relu", accepted: 1, failures: "" });
  expect(() => triesOf({ task: "softmax", file: "kernels/softmax/softmax/tuned.ts" })).toThrow("its tries");
});
