import { REPORT_USAGE, reportOwnUsage } from "../system/own-usage.ts";
import { endThisProcess } from "../system/signals.ts";

/**
 * Called first by each supervised process. It ends with its supervisor, at once, since an orderly exit would wait for a
 * kernel that may never end.
 *
 * @returns a function that sends a message to the supervisor
 */
export function openSupervisorChannel<From extends object>(): (message: From) => void {
  process.on("disconnect", endThisProcess);
  if (process.argv.includes(REPORT_USAGE)) reportOwnUsage((usage) => process.send?.(usage));
  return (message) => {
    process.send?.(message);
  };
}
