import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "vitest";
import { findAdapter } from "../gpu/adapter.ts";
import { packageRoot } from "../package-root.ts";
import { readSingle } from "../submission/read.ts";
import { withGrader } from "./open-grader.ts";

it("grades", async () => {
  const adapter = await findAdapter();
  await withGrader({ adapter, seed: "s" }, async (grader) => {
    for (const who of [
      "plain",
      "fast",
      "wrong-answer",
      "imprecise",
      "compile-error",
      "plan-error",
      "time-limit",
      "plain",
    ]) {
      const t = performance.now();
      const attempt = await grader.grade(
        await readSingle(join(packageRoot(), "submissions", who, "softmax.ts"), "softmax"),
      );
      console.log(
        who,
        attempt.verdict,
        attempt.message,
        (performance.now() - t).toFixed(0),
        JSON.stringify(attempt.timings),
        attempt.cases.length,
        attempt.mistake?.name,
      );
      if (attempt.verdict !== who && attempt.verdict !== "accepted")
        console.log(JSON.stringify(attempt.evidence, null, 1));
    }
  });
}, 60000);
