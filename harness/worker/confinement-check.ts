import { rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import type { AdapterChoice } from "../adapter/adapter.ts";
import { packageRoot } from "../files/package-root.ts";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";
import { isOfSystem } from "../system/environment.ts";
import { timeLimits } from "../task/limits.ts";
import type { Access } from "./confinement.ts";
import type { ConfinementObservations, ConfinementTrial } from "./confinement-check-main.ts";
import { SupervisedProcess } from "./supervised-process.ts";

/** One part of the confinement of workers, and whether it holds on this machine. */
export interface ConfinementCheck {
  readonly name: "files" | "processes" | "environment" | "descriptors" | "memory" | "network";
  readonly holds: boolean;
  /** A phrase on what holds or does not. */
  readonly detail: string;
}

/** Starts a process like a worker, and has it try forbidden actions. */
export async function checkConfinement(
  adapter: Pick<AdapterChoice, "environment" | "kind">,
  access: Access = {},
): Promise<ConfinementCheck[]> {
  const folder = makeTemporaryFolder();
  const server = createServer((socket) => socket.on("error", () => {}).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const script = join(packageRoot(), "dist", "harness", "worker", "confinement-check-main.js");
  const child = new SupervisedProcess<ConfinementTrial, ConfinementObservations>(script, adapter, access);
  try {
    const file = join(folder, "secret");
    writeFileSync(file, "secret");
    const trial = { file, port: (server.address() as AddressInfo).port };
    const outcome = await child.request<ConfinementObservations>(trial, {
      limitMs: timeLimits.workerStartMs,
      onMessage: (findings, request) => request.answer(findings),
    });
    if (outcome.kind === "died") throw new Error(outcome.exit.lastWords.trim() || "no output");
    if (outcome.kind !== "answered") throw new Error("it did not answer in time");
    return checksOf(outcome.answer, child.openFiles(), adapter);
  } finally {
    child.kill();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Node's own, and that of shells. */
const KNOWN_VARIABLES = ["PWD", "NODE_CHANNEL_FD", "NODE_CHANNEL_SERIALIZATION_MODE"];

function checksOf(
  findings: ConfinementObservations,
  openFiles: readonly string[] | undefined,
  { environment }: Pick<AdapterChoice, "environment">,
): ConfinementCheck[] {
  const { readFile, wroteFile, startedProcess, startedThread, connected, variables, workFolderEntries } = findings;
  const strange = variables.filter(
    (name) => !KNOWN_VARIABLES.includes(name) && !isOfSystem(name) && !(name in environment),
  );
  // Pipes, sockets and Node's polling descriptors have no path.
  const foreign = openFiles?.filter((path) => path.startsWith("/") && !/^\/dev\/(null|u?random)$/.test(path)) ?? [];
  const gibibytes = (findings.heapBytes / 2 ** 30).toFixed(1);
  return [
    failedCheck("files", [
      [readFile, "it can read files other than its own"],
      [wroteFile, "it can write files"],
      [workFolderEntries > 0 && !wroteFile, "its working directory is not empty"],
    ]) ?? { name: "files", holds: true, detail: "workers read only Kernelmark's own files and write none" },
    failedCheck("processes", [
      [startedProcess, "it can start processes"],
      [startedThread, "it can start threads"],
    ]) ?? { name: "processes", holds: true, detail: "workers start no processes and no threads" },
    failedCheck("environment", [[strange.length > 0, `it gets ${strange.join(", ")}`]]) ?? {
      name: "environment",
      holds: true,
      detail: "workers get only the driver's variables",
    },
    openFiles === undefined
      ? { name: "descriptors", holds: false, detail: "not checked: this system does not list a process's open files" }
      : (failedCheck("descriptors", [[foreign.length > 0, `it has ${foreign.join(", ")} open`]]) ?? {
          name: "descriptors",
          holds: true,
          detail: "workers inherit no open files",
        }),
    failedCheck("memory", [[findings.heapBytes > 2 ** 31, `its JavaScript may use ${gibibytes} GiB`]]) ?? {
      name: "memory",
      holds: true,
      detail: `a worker's JavaScript may use ${gibibytes} GiB`,
    },
    failedCheck("network", [[connected, "it can reach the network"]]) ?? {
      name: "network",
      holds: true,
      detail: "workers cannot reach the network",
    },
  ];
}

function failedCheck(
  name: ConfinementCheck["name"],
  gaps: readonly (readonly [boolean, string])[],
): ConfinementCheck | undefined {
  const found = gaps.filter(([isOpen]) => isOpen).map(([, gap]) => gap);
  return found.length === 0 ? undefined : { name, holds: false, detail: `worker not confined: ${found.join("; ")}` };
}
