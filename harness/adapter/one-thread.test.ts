import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";
import { Child } from "../worker/child.ts";
import { tryAdapter } from "./adapter.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "kernelmark-test-")));
afterAll(() => rmSync(folder, { recursive: true }));

const script = join(folder, "run-a-kernel.mjs");
writeFileSync(
  script,
  `import { create } from ${JSON.stringify(pathToFileURL(createRequire(import.meta.url).resolve("webgpu")).href)};
   const instance = create([]);
   const gpu = await (await instance.requestAdapter()).requestDevice();
   const module = gpu.createShaderModule({ code: "@compute @workgroup_size(64) fn main() {}" });
   const pipeline = gpu.createComputePipeline({ layout: "auto", compute: { module } });
   const encoder = gpu.createCommandEncoder();
   const pass = encoder.beginComputePass();
   pass.setPipeline(pipeline);
   pass.dispatchWorkgroups(256);
   pass.end();
   gpu.queue.submit([encoder.finish()]);
   await gpu.queue.onSubmittedWorkDone();
   process.on("message", () => {});
   process.send(process.pid);`,
);

/** The number of SwiftShader's kernel threads in a process that has run a kernel. */
async function kernelThreads(isOnOneThread: boolean): Promise<number> {
  const { adapter } = await tryAdapter("swiftshader", { trustMemory: true });
  const child = new Child<never, number>(script, adapter!, { reads: [folder], isOnOneThread });
  const pid = await new Promise<number>((resolve) => child.listen(resolve));
  const names = readdirSync(`/proc/${pid}/task`).map((id) => readFileSync(`/proc/${pid}/task/${id}/comm`, "utf8"));
  child.kill();
  await child.exited;
  return names.filter((name) => name.startsWith("Thread<")).length;
}

it.runIf(process.platform === "linux")("limits SwiftShader to one thread on request", async () => {
  expect(await kernelThreads(true)).toBe(1);
  expect(await kernelThreads(false)).toBe(Math.min(16, availableParallelism()));
});
