import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { getHeapStatistics } from "node:v8";
import { Worker } from "node:worker_threads";
import { openSupervisorChannel } from "./supervisor-channel.ts";

/** Forbidden actions for a confined process to try. */
export interface ConfinementTrial {
  /** A file that it may not read. */
  readonly file: string;
  /** A port with a listener. */
  readonly port: number;
}

/** The actions that succeeded, and the process's surroundings. */
export interface ConfinementObservations {
  readonly readFile: boolean;
  readonly wroteFile: boolean;
  readonly startedProcess: boolean;
  readonly startedThread: boolean;
  readonly connected: boolean;
  readonly variables: readonly string[];
  readonly workFolderEntries: number;
  readonly heapBytes: number;
}

/** Started like a worker, by `doctor` and by tests, to try actions that confinement must prevent. */
const send = openSupervisorChannel<ConfinementObservations>();
process.once("message", async ({ file, port }: ConfinementTrial) => {
  const findings: ConfinementObservations = {
    readFile: succeeds(() => readFileSync(file)),
    wroteFile: succeeds(() => writeFileSync(join(process.cwd(), "written"), "")),
    startedProcess: succeeds(() => {
      const { error } = spawnSync(process.execPath, ["--version"]);
      if (error) throw error;
    }),
    startedThread: succeeds(() => new Worker("", { eval: true })),
    connected: await canConnect(port),
    variables: Object.keys(process.env),
    workFolderEntries: readdirSync(process.cwd()).length,
    heapBytes: getHeapStatistics().heap_size_limit,
  };
  send(findings);
});

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    setTimeout(() => resolve(false), 1_000).unref();
  });
}
