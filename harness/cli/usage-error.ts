import type { Argv } from "yargs";
import { didYouMean } from "../text/nearest-name.ts";
import { UserError } from "../text/user-error.ts";

/**
 * Explains why yargs refused a command line.
 *
 * @param message the error of yargs
 */
export function usageError(
  message: string,
  args: readonly string[],
  commandNames: readonly string[],
  parser: Argv,
): UserError {
  const command = args.find((arg) => !arg.startsWith("-"));
  if (command === undefined) return new UserError("No command was given.", helpHint());
  if (!commandNames.includes(command)) {
    return new UserError(`There is no command "${command}".${didYouMean(command, commandNames)}`, helpHint());
  }
  const lacking = /^Missing required arguments?: (.+)$/.exec(message)?.[1];
  if (lacking !== undefined) {
    const options = lacking.split(", ").map((name) => `--${name}`);
    return new UserError(`\`${command}\` needs ${options.join(" and ")}.`, helpHint(command));
  }
  const empty = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  if (empty !== undefined) return new UserError(`--${empty} needs a value.`, helpHint(command));
  if (message.startsWith("Not enough non-option arguments")) {
    return new UserError(`\`${command}\` needs an argument.`, helpHint(command));
  }
  const unknown = /^Unknown arguments?: (.+)$/s.exec(message)?.[1]?.split(", ")[0];
  if (unknown === undefined) {
    return new UserError(
      message
        .trim()
        .replace(/\s+/g, " ")
        .replace(/[.:]?$/, "."),
      helpHint(command),
    );
  }
  const isOption = args.some((arg) => arg.startsWith("-") && arg.replace(/^-+/, "").split("=")[0] === unknown);
  if (!isOption) return new UserError(`\`${command}\` does not accept "${unknown}".`, helpHint(command));
  const known = optionNames(parser).filter((name) => name.length > 1);
  const dashes = unknown.length === 1 ? "-" : "--";
  const nearest = didYouMean(unknown, known).replace(/"(.*)"/, '"--$1"');
  return new UserError(`\`${command}\` has no option "${dashes}${unknown}".${nearest}`, helpHint(command));
}

function helpHint(command?: string): string {
  return `Run \`kernelmark ${command === undefined ? "" : `${command} `}--help\`.`;
}

/** Yargs has this method, but its types lack it. */
function optionNames(parser: Argv): string[] {
  const { getOptions } = parser as Argv & { getOptions?(): { readonly key: Readonly<Record<string, unknown>> } };
  return Object.keys(getOptions?.call(parser).key ?? {});
}
