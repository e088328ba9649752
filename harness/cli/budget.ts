/**
 * Parses a duration: `5s`, `500ms`, `2` (seconds), `1m`.
 *
 * @param option its name, for errors
 * @returns milliseconds
 * @throws UserError if it is malformed, or 0
 */
export async function parseBudget(text: string, option = "--budget"): Promise<number> {
  const { UserError } = await import("../text/user-error.ts");
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min)?$/.exec(text) ?? [];
  if (number === undefined) {
    throw new UserError(`${option} must be a duration, got "${text}".`, "Write it like 5s or 500ms.");
  }
  const budgetMs = Number(number) * { ms: 1, s: 1000, m: 60_000, min: 60_000 }[unit as "ms" | "s" | "m" | "min"];
  if (budgetMs > 0) return budgetMs;
  throw new UserError(`${option} must be more than 0.`, `Allow some seconds: ${option} 5s.`);
}
