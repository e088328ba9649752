import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";

const LAUNCHER = join(packageRoot(), "bin", "kernelmark.js");
const start = (...args: readonly string[]) => spawn(process.execPath, [LAUNCHER, "play", ...args]);
let playing: ReturnType<typeof start>;

afterEach(() => playing.kill("SIGKILL"));

it("play prints its address, serves the site and ends with Ctrl-C", async () => {
  playing = start("--no-open", "--port", "0");
  const [line] = (await once(createInterface(playing.stdout), "line")) as [string];
  const address = /^(http:\/\/127\.0\.0\.1:\d+\/) {2}\(Ctrl-C to stop\)$/.exec(line)?.[1];
  const page = await fetch(address!);
  expect(await page.text()).toContain("<title>Kernelmark</title>");
  playing.kill("SIGINT");
  expect(await once(playing, "exit")).toEqual([0, null]);
});

it.each(["70000", "1.5", "-1", "x"])("play refuses --port %s", async (port) => {
  playing = start("--no-open", `--port=${port}`);
  let errors = "";
  playing.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  expect(await once(playing, "close")).toEqual([2, null]);
  expect(errors).toContain("--port must be a number from 0 to 65535.");
});
