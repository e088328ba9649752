import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { findAdapter } from "../adapter/adapter.ts";
import { ReferenceService } from "./reference-service.ts";
import type { ReferenceNews } from "./worker-protocol.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Makes two references of each task, and dies after each; for the task "deadly" it makes none. */
const mortal = scriptOf(
  "mortal",
  `process.on("disconnect", () => process.exit());
  process.on("message", ({ task, made }) => {
    if (task === "deadly") { console.error("no memory left"); process.exit(1); }
    if (made.length < 2) process.send({ type: "reference-ready", task, caseIndex: made.length }, () => process.exit(1));
    else process.send({ type: "references-made", task });
  });`,
);

/**
 * Makes one reference and then waits for a pause. The mistake "deadly" ends it, "broken" does not compile. Every case
 * that it tries mistakes on is in its log.
 */
const patient = scriptOf(
  "patient",
  `import { appendFileSync } from "node:fs";
  let pause;
  process.on("disconnect", () => process.exit());
  process.on("message", async ({ type, task, made, caseIndex, mistakes, referenceFolder }) => {
    if (type === "pause") return pause();
    if (type === "make") {
      if (made.length > 0) return process.send({ type: "references-made", task });
      process.send({ type: "reference-ready", task, caseIndex: 0 });
      await new Promise((resolve) => (pause = resolve));
      return process.send({ type: "references-paused", task });
    }
    for (const mistake of mistakes) {
      appendFileSync(referenceFolder + "/tried.log", caseIndex + " " + mistake + "\\n");
      if (mistake === "deadly") process.exit(1);
      process.send({ type: "mistake-tried", mistake, isMade: mistake !== "broken" });
    }
    process.send({ type: "mistakes-tried" });
  });`,
);

function scriptOf(name: string, source: string): string {
  const script = join(folder, `${name}.mjs`);
  writeFileSync(script, source);
  return script;
}

async function openService(script: string): Promise<ReferenceService> {
  return new ReferenceService({ script, adapter: await findAdapter(), seed: "a seed", folder, isIsolated: false });
}

it("starts another process if one dies, and gives up on a task that kills all of them", async () => {
  const service = await openService(mortal);
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

it("makes mistakes before further references, each once, without those that do not run", async () => {
  const service = await openService(patient);
  await new Promise<void>((resolve) => service.follow("fine", () => resolve()));
  const several = ["first", "broken", "deadly", "last"];
  const [one, other] = await Promise.all([
    service.makeMistaken("fine", 3, several),
    service.makeMistaken("fine", 3, ["last", "first"]),
  ]);
  expect(one).toEqual(["first", "last"]);
  expect(other).toEqual(["last", "first"]);
  expect(await service.makeMistaken("fine", 4, several)).toEqual(["first", "last"]);
  const tried = readFileSync(join(folder, "tried.log"), "utf8").trim().split("\n");
  expect(tried).toEqual(["3 first", "3 broken", "3 deadly", "3 deadly", "3 last", "4 first", "4 last"]);
  service.close();
});
