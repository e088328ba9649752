import { systemError, writeError } from "../files/write-error.ts";
import { printableLines } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { colorsFor, printJson } from "./output.ts";

/** Shows the error that stopped a command, and sets the exit code: 2 if the user can fix it, 3 for an internal error. */
export function handleFailure(thrown: unknown, isJson: boolean): void {
  const error = systemError(thrown) ?? thrown;
  const isOurs = !(error instanceof UserError);
  process.exitCode = isOurs ? 3 : 2;
  const message = isOurs ? `Kernelmark itself failed: ${messageOf(error)}` : error.message;
  const hint = isOurs
    ? "This is an internal error: please report it with the output of KERNELMARK_DEBUG=1."
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
 * Lets `kernelmark … | head` end quietly, and ends the process if its output cannot be written. Standard error has only
 * progress and warnings: without it, the work continues.
 */
export function watchOutput(): void {
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    // Not as JSON, which would go to standard output.
    handleFailure(writeError("standard output", error, "repeat the command."), false);
    process.exit();
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
