/** What a process tells its supervisor about itself, where the system does not. */
export interface OwnUsage {
  readonly type: "own usage";
  /** Over all its threads, since it started. */
  readonly processorMs: number;
  readonly residentBytes: number;
}

/** The argument that asks a process to report. */
export const REPORT_USAGE = "--report-usage";
/** Longer than a report takes by far, shorter than the supervisor's own period. */
const PERIOD_MS = 100;

/** Reports this process's use of the machine from now on, whenever its event loop turns. */
export function reportOwnUsage(send: (usage: OwnUsage) => void): void {
  const report = () => {
    const { user, system } = process.cpuUsage();
    send({ type: "own usage", processorMs: (user + system) / 1000, residentBytes: process.memoryUsage.rss() });
  };
  report();
  setInterval(report, PERIOD_MS).unref();
}

export function isOwnUsage(message: unknown): message is OwnUsage {
  return (message as Partial<OwnUsage> | null)?.type === "own usage";
}
