// A candidate's wait under `check --watch`, from a save to the verdict.
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";

/** People pause before they save; the worker of the next check starts meanwhile. */
const PAUSE_MS = 1500;

/**
 * Saves a kernel repeatedly while its module is watched.
 *
 * @param kernel the file to save, with another comment line each time
 * @returns for each save, the milliseconds until the full verdict
 */
export async function watchedCheckMs(cli, module, kernel, saves) {
  const child = spawn(process.execPath, [cli, "check", module, "--watch"], { stdio: ["ignore", "pipe", "ignore"] });
  const verdicts = [];
  let hear = () => {};
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (piece) => {
    text += piece;
    const end = text.indexOf("Next step:");
    if (end < 0) return;
    verdicts.push(/^\S+: (\S+),/m.exec(text)?.[1]);
    text = text.slice(end + 1);
    hear();
  });
  const verdict = () =>
    new Promise((settle, fail) => {
      hear = settle;
      child.once("close", () => fail(new Error("`check --watch` exited unexpectedly.")));
    });
  try {
    await verdict();
    const waits = [];
    for (let save = 0; save < saves; save++) {
      await new Promise((settle) => setTimeout(settle, PAUSE_MS));
      const startMs = performance.now();
      const next = verdict();
      appendFileSync(kernel, `// save ${save}\n`);
      await next;
      waits.push(performance.now() - startMs);
    }
    const wrong = verdicts.find((one) => one !== "accepted");
    if (wrong !== undefined) throw new Error(`${module} is ${wrong}.`);
    return waits;
  } finally {
    child.removeAllListeners("close");
    child.kill("SIGINT");
  }
}
