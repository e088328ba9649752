import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TestTree } from "../testing/test-tree.ts";
import { refuseRawExport } from "./raw-export.ts";

let tree: TestTree;
beforeEach(() => {
  tree = new TestTree();
});
afterEach(() => tree.delete());

const answer = (path = tree.folder) =>
  refuseRawExport(path).then(
    () => "graded",
    (error: { message: string; hint: string }) => `${error.message} ${error.hint}`.replaceAll(tree.folder, "<folder>"),
  );

test.each([
  ["a Canvas download", ["lovelaceada_1_2_softmax.ts", "hoppergrace_LATE_3_4_softmax.ts"]],
  ["a Moodle download", ["Ada Lovelace_1_assignsubmission_file/softmax.ts"]],
  ["a Gradescope export", ["submission_1/softmax.ts", "submission_metadata.yml"]],
  ["a folder of GitHub Classroom's repositories", ["w-3-ada/.git/HEAD", "w-3-grace/.git/HEAD", "w-3-hugo/softmax.ts"]],
  ["a folder of zips", ["ada.zip", "grace.zip", "roster.csv"]],
])("recognises %s, and names the command", async (what, files) => {
  tree.write(Object.fromEntries(files.map((file) => [file, ""])));
  expect(await answer()).toMatch(
    new RegExp(
      `^\`<folder>\` is ${what}, not a folder of candidates' folders. Run \`npx kernelmark collect <folder> --into \\S+-collected\``,
    ),
  );
});

test("recognises a zip", async () => {
  tree.write({ "week 3.zip": "" });
  expect(await answer(join(tree.folder, "week 3.zip"))).toContain(
    'collect "<folder>/week 3.zip" --into "week 3-collected"',
  );
});

test("lets folders of candidates pass, with a zip among them, and what is not there", async () => {
  tree.write({ "ada/softmax.ts": "", "grace/softmax.ts": "", "hugo.zip": "", "a_1_2/softmax.ts": "" });
  tree.write({ "team-anna/README.md": "", "team-bob/README.md": "" });
  expect(await answer()).toBe("graded");
  expect(await answer(join(tree.folder, "nowhere"))).toBe("graded");
});
