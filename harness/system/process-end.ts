/** How a process ended. On Windows there are no signals: a crash is an exit code, unless Node itself ended it. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Signals of a crashing driver. SIGKILL is not among them: it always comes from outside. */
export const CRASH_SIGNALS: readonly (NodeJS.Signals | null)[] = [
  "SIGSEGV",
  "SIGABRT",
  "SIGBUS",
  "SIGILL",
  "SIGFPE",
  "SIGTRAP",
];

/** Windows's codes for ends, as libuv reports them ([MS-ERREF], "NTSTATUS Values"). */
const WINDOWS_ENDS: ReadonlyMap<number, string> = new Map([
  [0xc0000005, "an access violation"],
  [0xc0000006, "an in-page error"],
  [0xc000001d, "an illegal instruction"],
  [0xc0000094, "an integer division by zero"],
  [0xc00000fd, "a stack overflow"],
  [0xc0000135, "a missing DLL"],
  [0xc0000374, "a corrupted heap"],
  [0xc0000409, "a fast failure"],
]);
const WINDOWS_OUT_OF_MEMORY: ReadonlyMap<number, string> = new Map([
  [0xc0000017, "no memory left"],
  [0xc000012d, "no memory left"],
  // V8's and Chromium's own code.
  [0xe0000008, "no memory left"],
]);

/** Codes above belong to shells and to Node's own `abort` (134), or are Windows's. */
const LARGEST_ORDINARY_CODE = 128;

export function hasCrashed({ code, signal }: ProcessEnd): boolean {
  return CRASH_SIGNALS.includes(signal) || (code ?? 0) > LARGEST_ORDINARY_CODE;
}

/** Whether the end itself says that memory ran out; most systems say it only in the last words. */
export function hasRunOut({ code }: ProcessEnd): boolean {
  return WINDOWS_OUT_OF_MEMORY.has(code ?? 0);
}

/** `was killed by SIGSEGV` or `exited with code 3`, to follow "the process". */
export function describeEnd({ code, signal }: ProcessEnd): string {
  if (signal !== null) return `was killed by ${signal}`;
  const name = WINDOWS_ENDS.get(code ?? 0) ?? WINDOWS_OUT_OF_MEMORY.get(code ?? 0);
  return name === undefined ? `exited with code ${code}` : `ended with ${name} (code 0x${code!.toString(16)})`;
}
