import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes software adapters run kernels on one thread, in processes that measure. With several threads, a kernel's time
 * depends on how evenly its workgroups are distributed and on other load, and this affects two kernels differently:
 * with every processor busy their ratio was off by 6 %, against 1.5 % on one thread. Hardware adapters ignore the
 * setting.
 *
 * Sources: SwiftShader, src/System/SwiftConfig.cpp, reads `SwiftShader.ini` in the working directory; Mesa's
 * documentation, "Environment Variables", LP_NUM_THREADS.
 *
 * @param workFolder the process's working directory
 * @returns variables for its environment
 */
export function onOneThread(workFolder: string): Readonly<Record<string, string>> {
  writeFileSync(join(workFolder, "SwiftShader.ini"), "[Processor]\nThreadCount=1\n");
  return { LP_NUM_THREADS: "1" };
}
