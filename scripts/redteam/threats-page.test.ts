import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../harness/files/package-root.ts";
import { redteam } from "../../harness/testing/corpus/corpora.ts";
import { threats } from "./threats.ts";
import { threatsPage } from "./threats-page.ts";

test("docs/threats.md is up to date (otherwise run: npm run schema)", async () => {
  await expect(threatsPage(threats, redteam())).toMatchFileSnapshot(join(packageRoot(), "docs", "threats.md"));
});
