import { type ChildProcess, execFile } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../files/package-root.ts";
import { describeEnd, hasCrashed } from "../system/process-end.ts";

/** Dawn's description of the adapter it chose. */
export interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter: boolean;
}

export type ProbeResult =
  | { readonly found: AdapterInfo }
  /** `reason` completes a sentence. */
  | { readonly found?: undefined; readonly reason: string; readonly lacks: Lack | null };

/**
 * What is missing: `loader`, Linux's libvulkan.so.1; `build`, Dawn for this system and processor; `libraries`, something
 * without which the system does not load Dawn.
 */
type Lack = "loader" | "build" | "libraries";

/** A driver that takes longer has hung; llvmpipe's first start takes half a second. */
const TIMEOUT_MS = 5000;

/** Asks Dawn for an adapter and a device in a child process with these variables set. Never rejects. */
export function runProbe(
  environment: Readonly<Record<string, string>>,
  script = join(packageRoot(), "harness", "adapter", "probe.js"),
  timeoutMs = TIMEOUT_MS,
): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [script],
      {
        env: { ...process.env, ...environment },
        timeout: timeoutMs,
        killSignal: "SIGKILL",
        encoding: "utf8",
        windowsHide: true,
      },
      (error, stdout, stderr) => {
        // An answer counts even if the process crashes afterwards.
        const answer = parseAnswer(stdout);
        if (answer) resolve(answer);
        else resolve({ reason: failureOf(error, child, timeoutMs, stderr), lacks: null });
      },
    );
  });
}

function parseAnswer(stdout: string): ProbeResult | undefined {
  // Drivers may print too: the answer is at the end of the last line.
  const start = Math.max(stdout.lastIndexOf('{"found"'), stdout.lastIndexOf('{"reason"'));
  if (start < 0) return undefined;
  try {
    return JSON.parse(stdout.slice(start));
  } catch {
    return undefined;
  }
}

function failureOf(
  error: (Error & { killed?: boolean }) | null,
  { exitCode: code, signalCode: signal }: Pick<ChildProcess, "exitCode" | "signalCode">,
  timeoutMs: number,
  stderr: string,
): string {
  if (error?.killed) return `no answer within ${timeoutMs / 1000} seconds`;
  if (signal !== null || hasCrashed({ code, signal })) return `Dawn ${describeEnd({ code, signal })}`;
  return stderr.trim().split("\n").at(-1) || error?.message || "no answer";
}
