import { availableParallelism } from "node:os";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { taskNames } from "../../harness/catalog/load.ts";
import { UserError } from "../../harness/text/user-error.ts";

/** The command line of a proof: every option takes a value, and `--task` may be repeated. */
export class ProofOptions {
  readonly #values: Readonly<Record<string, string | string[] | undefined>>;

  constructor(names: readonly string[]) {
    const options: NonNullable<ParseArgsConfig["options"]> = { task: { type: "string", multiple: true } };
    for (const name of names) options[name] = { type: "string" };
    try {
      this.#values = parseArgs({ options }).values as Record<string, string | string[]>;
    } catch (error) {
      const known = ["task", ...names].map((name) => `--${name}`).join(", ");
      throw new UserError((error as Error).message, `Use the options ${known}, each with a value.`);
    }
  }

  text(name: string): string | undefined {
    return this.#values[name] as string | undefined;
  }

  /** A number above 0. */
  number<T>(name: string, otherwise: T): number | T {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (value > 0) return value;
    throw new UserError(`--${name} is "${text}".`, "Use a number above 0.");
  }

  /** All tasks by default. */
  get tasks(): string[] {
    const wanted = (this.#values.task ?? []) as string[];
    const known = taskNames();
    const unknown = wanted.find((name) => !known.includes(name));
    if (unknown !== undefined) {
      throw new UserError(`Unknown task "${unknown}".`, `The tasks are: ${known.join(", ")}.`);
    }
    return wanted.length > 0 ? wanted : known;
  }

  /** Number of worker processes. */
  get jobs(): number {
    return this.number("jobs", Math.max(1, Math.floor(availableParallelism() / 2)));
  }
}

/** Runs a proof: exits with 0 if it holds, 1 if not, 2 for a usage error. */
export async function prove(proof: () => Promise<boolean>): Promise<void> {
  try {
    process.exitCode = (await proof()) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n${error.hint === undefined ? "" : `${error.hint}\n`}`);
    process.exitCode = 2;
  }
}
