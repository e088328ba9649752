import { openDevice } from "../../harness/gpu/device.ts";
import { Compiler } from "../../harness/gpu/program.ts";
import { openSupervisorChannel } from "../../harness/worker/supervisor-channel.ts";
import type { FromCompiler, ToCompiler } from "./shaders.ts";

/** The process that compiles fuzzed shaders, as a worker compiles a submission's. */
const send = openSupervisorChannel<FromCompiler>();
const device = await openDevice();
const compiler = new Compiler(device, ["x"]);
/** Values for the overrides of the plain kernels; a mutated kernel may lack some of them. */
const BINDINGS = ["x", "y", "z", "u", "v", "w"];

process.on("message", async ({ code }: ToCompiler) => {
  try {
    const pass = { code, bindings: BINDINGS, workgroups: [1] };
    const compilation = await compiler.compile({ passes: [pass] });
    send({ problem: compilation.ok ? null : compilation.problem.message });
  } catch (error) {
    process.stderr.write(String((error as Error).stack));
    process.exit(1);
  }
});
