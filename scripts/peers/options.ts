import { parseArgs } from "node:util";
import { UserError } from "../../harness/text/user-error.ts";

export interface PeerOptions {
  readonly tasks: readonly string[];
  readonly shape: string | undefined;
  readonly seconds: number;
  readonly runs: number;
  readonly out: string | undefined;
}

/** The command: to measure, or to write pages from files of `--out`. */
export type PeerCommand = { readonly measure: PeerOptions } | { readonly page: readonly string[] };

/**
 * Reads the arguments of `npm run bench:peers`.
 *
 * @param known the tasks that a peer has an expression for; all of them by default
 * @throws UserError
 */
export function parsePeerArguments(args: readonly string[], known: readonly string[]): PeerCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      ...{ task: { type: "string", multiple: true }, shape: { type: "string" }, out: { type: "string" } },
      ...{ seconds: { type: "string", default: "10" }, runs: { type: "string", default: "3" } },
      page: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  if (values.page) {
    if (positionals.length === 0) throw new UserError("--page names no file.", "Name files written by --out.");
    return { page: positionals };
  }
  const [stray] = positionals;
  if (stray !== undefined) throw new UserError(`"${stray}" is not an option.`, `For a task, use --task ${stray}.`);
  const unknown = values.task?.find((task) => !known.includes(task));
  if (unknown !== undefined) {
    throw new UserError(`No peer has an expression for the task "${unknown}".`, `Tasks: ${known.join(", ")}`);
  }
  const seconds = Number(values.seconds);
  if (!(seconds > 0)) throw new UserError(`--seconds must be above 0, got "${values.seconds}".`);
  const runs = Number(values.runs);
  if (!Number.isSafeInteger(runs) || runs < 1) {
    throw new UserError(`--runs must be a positive integer, got "${values.runs}".`);
  }
  return { measure: { tasks: values.task ?? known, shape: values.shape, seconds, runs, out: values.out } };
}
