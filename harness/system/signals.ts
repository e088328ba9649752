/** Ends this process at once: an orderly exit would wait for its threads. Windows terminates it in the same way. */
export function endThisProcess(): void {
  endProcess(process.pid);
}

export function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is already gone.
  }
}

/** Whether there is a process with this number, of any user. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
