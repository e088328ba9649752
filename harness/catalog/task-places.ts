import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { shownPath } from "../files/shown-path.ts";

/** Files and lines of a task's folder, for problems. */
export interface Places {
  /** The line of the definition that a fault is about. */
  fault(text: string): string;
  mistake(name: string): string;
  /**
   * @param name `plain`, `tuned` or, for the tuned kernel of GPUs, `tuned (hardware)`
   * @param line the text of a line of the kernel, which may be in another file of the task, its family or all tasks
   */
  kernel(name: string, line?: string): string;
  /** The line at which the reference begins. */
  readonly reference: string;
}

const definesMistake = (name: string) => new RegExp(`name: "${name}"|"${name}": \\[|^ *${name}: \\[`);

/** Words of a fault, and the text of the definition that it is about. */
const SUBJECTS: readonly (readonly [fault: RegExp, text: (name: string) => string | RegExp])[] = [
  [/mistake "([\w-]+)"/, definesMistake],
  [/^its (?:track|level|`teaches`)|answers question/, () => "step:"],
  [/^its (title|statement)|gives no (hints)/, (name) => `${name}:`],
  [/range of `(\w+)`|: (\w+) contains infinities/, (name) => `${name}: {`],
  [/the oracle's|the error bound of/, () => "reference:"],
  [/data kind "([\w-]+)"/, (name) => `${name}: [`],
  [/would pass as/, () => "data: {"],
];

/** The tuned kernel of software adapters, if it is another than GPUs'. */
const OF_SOFTWARE = "tuned-software.wgsl";

/** @param folder of the task */
export function placesIn(folder: string): Places {
  const path = (file: string) => shownPath(join(folder, file));
  const module = path("task.ts");
  const placeOf = (file: string, text: string | RegExp) => {
    const source = join(folder, file);
    const lines = existsSync(source) ? readFileSync(source, "utf8").split("\n") : [];
    const at = lines.findIndex((line) => (typeof text === "string" ? line.includes(text) : text.test(line)));
    return at < 0 ? path(file) : `${path(file)}:${at + 1}`;
  };
  const shadersIn = (other: string) =>
    existsSync(join(folder, other))
      ? readdirSync(join(folder, other))
          .filter((name) => name.endsWith(".wgsl"))
          .map((name) => join(other, name))
      : [];
  const lineOf = (text: string | RegExp) => placeOf("task.ts", text);
  return {
    fault(text) {
      for (const [pattern, subject] of SUBJECTS) {
        const match = pattern.exec(text);
        if (match !== null) return lineOf(subject(match.slice(1).find((name) => name !== undefined) ?? ""));
      }
      return module;
    },
    mistake: (name) => lineOf(definesMistake(name)),
    kernel(name, line) {
      const file =
        name === "tuned" && existsSync(join(folder, OF_SOFTWARE)) ? OF_SOFTWARE : `${name.split(" ")[0]}.wgsl`;
      if (line === undefined) return path(file);
      const files = [file, ...shadersIn("."), ...shadersIn(".."), ...shadersIn("../../software")];
      const holder = files.find((one) => placeOf(one, line) !== path(one)) ?? file;
      return placeOf(holder, line);
    },
    reference: lineOf("reference:"),
  };
}
