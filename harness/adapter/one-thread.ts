import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Has software adapters run kernels on one thread, in processes that measure. With several, a kernel's time depends on
 * how evenly its workgroups fall to them and on what else the processors do, and two kernels suffer from that
 * differently: with every processor busy their ratio was 6 % off, and is 1.5 % off on one thread. Hardware takes no
 * notice.
 *
 * Sources: SwiftShader, src/System/SwiftConfig.cpp, reads `SwiftShader.ini` where it is started; Mesa's documentation,
 * "Environment Variables", LP_NUM_THREADS.
 *
 * @param workFolder the process's working directory
 * @returns variables for its environment
 */
export function onOneThread(workFolder: string): Readonly<Record<string, string>> {
  writeFileSync(join(workFolder, "SwiftShader.ini"), "[Processor]\nThreadCount=1\n");
  return { LP_NUM_THREADS: "1" };
}
