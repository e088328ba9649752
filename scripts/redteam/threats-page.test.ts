import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../harness/files/package-root.ts";
import { readCorpus } from "./corpus.ts";
import { threats } from "./threats.ts";
import { threatsPage } from "./threats-page.ts";

test("docs/threats.md is up to date (otherwise run: npm run schema)", async () => {
  await expect(threatsPage(threats, readCorpus())).toMatchFileSnapshot(join(packageRoot(), "docs", "threats.md"));
});
