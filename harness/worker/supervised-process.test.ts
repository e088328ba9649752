import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { type RequestSetting, SupervisedProcess } from "./supervised-process.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "kernelmark-test-")));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs each message as code. */
const script = join(folder, "process.mjs");
writeFileSync(
  script,
  `const kept = [];
   const send = (message) => process.send(message);
   process.on("message", (code) => eval(code));`,
);

type Supervised = SupervisedProcess<string, string>;

function start(): Supervised {
  return new SupervisedProcess(script, { environment: {}, kind: "software" }, { reads: [folder] });
}

/** The first message is the answer; "stage" starts another stage instead. */
function ask(supervised: Supervised, code: string, setting: Partial<RequestSetting<string, string>> = {}) {
  return supervised.request<string>(code, {
    onMessage: (message, request) => (message === "stage" ? request.limit(100) : request.answer(message)),
    ...setting,
  });
}

it("answers one request after the other, and ignores messages between them", async () => {
  const supervised = start();
  const heard: string[] = [];
  const onMessage: RequestSetting<string, string>["onMessage"] = (message, request) => {
    heard.push(message);
    request.answer(message);
  };
  const answered = (answer: string) => ({ kind: "answered", answer });
  expect(await ask(supervised, 'send("one"); send("late news")', { onMessage })).toEqual(answered("one"));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await ask(supervised, 'send("two")', { onMessage, limitMs: 60_000 })).toEqual(answered("two"));
  expect(heard).toEqual(["one", "two"]);
  expect(supervised.hasEnded).toBe(false);
  supervised.kill();
});

it("ends a process that exceeds the current limit", async () => {
  const supervised = start();
  const late = await ask(supervised, 'send("stage"); setInterval(() => {}, 1000)', { limitMs: 60_000 });
  expect(late).toEqual({ kind: "late", limitMs: 100, wasDisturbed: expect.any(Boolean) });
  expect(await supervised.exited).toMatchObject({ signal: "SIGKILL" });
});

// On other systems a process reports its own memory, which this script does not.
it.runIf(process.platform === "linux")("ends a process that uses too much memory", async () => {
  const supervised = start();
  const grow = "setInterval(() => { if (kept.length < 600) kept.push(Buffer.alloc(2 ** 20, 1)); }, 1)";
  expect(await ask(supervised, grow, { mostMebibytes: 256 })).toEqual({ kind: "too large", mebibytes: 256 });
  expect(await supervised.exited).toMatchObject({ signal: "SIGKILL" });
});

it("reports how a process ended, also to later requests", async () => {
  const supervised = start();
  const died = {
    kind: "died",
    exit: { code: 3, signal: null, lastWords: expect.stringContaining("no more") },
    heldMuch: false,
  };
  expect(await ask(supervised, 'process.stderr.write("no more", () => process.exit(3))')).toEqual(died);
  expect(await ask(supervised, 'send("one")')).toEqual(died);
});

it("ends a process when its request is cancelled, even beforehand", async () => {
  const controller = new AbortController();
  const supervised = start();
  const asked = ask(supervised, "setInterval(() => {}, 1000)", { signal: controller.signal });
  controller.abort();
  expect(await asked).toEqual({ kind: "stopped" });
  expect(await supervised.exited).toMatchObject({ signal: "SIGKILL" });
  const other = start();
  expect(await ask(other, 'send("one")', { signal: controller.signal })).toEqual({ kind: "stopped" });
  await other.exited;
});
