import { openDevice } from "../../harness/gpu/device.ts";
import { Compiler } from "../../harness/gpu/program.ts";
import { openSupervisorChannel } from "../../harness/worker/supervisor-channel.ts";
import type { FromCompiler, ToCompiler } from "./shaders.ts";

/** The process in which fuzzed shaders are compiled, as a worker compiles a submission's. */
const tell = openSupervisorChannel<FromCompiler>();
const device = await openDevice();
const compiler = new Compiler(device, ["x"]);
/** Values for what the plain kernels declare; which of them a mutated one still has is not known. */
const BINDINGS = ["x", "y", "z", "u", "v", "w"];

process.on("message", async ({ code }: ToCompiler) => {
  try {
    const pass = { code, bindings: BINDINGS, workgroups: [1] };
    const compilation = await compiler.compile({ passes: [pass] });
    tell({ problem: compilation.ok ? null : compilation.problem.message });
  } catch (error) {
    process.stderr.write(String((error as Error).stack));
    process.exit(1);
  }
});
