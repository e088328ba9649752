import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { findAdapter } from "../adapter/adapter.ts";
import { ReferenceService } from "./reference-service.ts";
import type { ReferenceNews } from "./worker-protocol.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Makes two references of each task, and dies after each; for the task "deadly" it makes none. */
const script = join(folder, "maker.js");
writeFileSync(
  script,
  `process.on("disconnect", () => process.exit());
  process.on("message", ({ task, made }) => {
    if (task === "deadly") { console.error("no memory left"); process.exit(1); }
    if (made.length < 2) process.send({ type: "reference-ready", task, caseIndex: made.length }, () => process.exit(1));
    else process.send({ type: "references-made", task });
  });`,
);

it("starts another process if one dies, and gives up on a task that kills all of them", async () => {
  const adapter = await findAdapter();
  const service = new ReferenceService({ script, adapter, seed: "a seed", folder, isIsolated: false });
  const heard: string[] = [];
  const follow = (task: string, isEnough: (news: ReferenceNews) => boolean) =>
    new Promise<void>((resolve) => {
      service.follow(task, (news) => {
        heard.push(`${task}: ${news.type === "reference-ready" ? news.caseIndex : news.message}`);
        if (isEnough(news)) resolve();
      });
    });
  await Promise.all([
    follow("deadly", ({ type }) => type === "reference-failed"),
    follow("fine", (news) => news.type === "reference-ready" && news.caseIndex === 1),
  ]);
  expect(heard).toEqual(["deadly: the reference process died: no memory left", "fine: 0", "fine: 1"]);
  // Later followers get the failure at once.
  expect(service.follow("deadly", () => {}).failure).toContain("no memory left");
  expect(service.follow("fine", () => {}).ready).toEqual([0, 1]);
  service.close();
});
