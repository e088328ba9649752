import { systemError, writeError } from "../files/write-error.ts";
import { printableLines } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { colorsFor, printJson } from "./output.ts";

/** Tells what stopped a command, and sets the exit code: 2 if the user can mend it, 3 if we have to. */
export function handleFailure(thrown: unknown, isJson: boolean): void {
  const error = systemError(thrown) ?? thrown;
  const isOurs = !(error instanceof UserError);
  process.exitCode = isOurs ? 3 : 2;
  const message = isOurs ? `Kernelmark itself failed: ${messageOf(error)}` : error.message;
  const hint = isOurs
    ? "This is a fault of ours: please report it, with what KERNELMARK_DEBUG=1 prints."
    : (error.hint ?? null);
  if (isJson) {
    printJson({ schema: 1, error: { message, hint } });
  } else {
    const colors = colorsFor(process.stderr);
    const separator = message.includes("\n") ? "\n\n" : "\n";
    const lines = `${colors.red(colors.bold("Error:"))} ${printableLines(message)}`;
    process.stderr.write(`${lines}${hint === null ? "" : separator + printableLines(hint)}\n`);
  }
  if (isOurs && process.env.KERNELMARK_DEBUG === "1" && error instanceof Error) {
    process.stderr.write(`\n${error.stack}\n`);
  }
}

/**
 * Lets `kernelmark … | head` end quietly, and ends the process where what was asked for cannot be written. Standard error
 * is for progress and remarks: without it, the work goes on.
 */
export function watchOutput(): void {
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    // Not as JSON: that would go to standard output.
    handleFailure(writeError("standard output", error, "repeat the command."), false);
    process.exit();
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
