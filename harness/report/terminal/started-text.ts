import type { WrittenTasks } from "../../submission/vscode-tasks.ts";
import type { WrittenFiles } from "../../submission/write-starter.ts";
import { shellWord } from "../../system/shell-word.ts";
import type { PlaceInPath } from "../../task/learning-path.ts";
import { cellsOf } from "../../text/cells.ts";
import { printable } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { cell, wrap } from "../../text/wrap.ts";
import { stepLines } from "./step-lines.ts";

/** A task with a new starter. */
export interface Started {
  readonly task: string;
  readonly place: PlaceInPath;
  readonly written: WrittenFiles;
  /** The folder of added tasks, which the next commands need too. */
  readonly tasks: string | undefined;
}

/** The output of `kernelmark init`: the files it wrote, the task's place in the learning path, and the next steps. */
export function startedText({ task, place, written, tasks }: Started, { colors, width }: TextStyle): string {
  const { own, forEditors } = written;
  const added = tasks === undefined ? "" : ` --tasks ${printable(shellWord(tasks))}`;
  const module = printable(shellWord(own[0]!));
  const steps = [
    [`npx kernelmark tasks ${task}${added}`, "the task: formula, tensors, shapes"],
    [`npx kernelmark check ${module} --watch${added}`, "check after every save"],
    [`npx kernelmark bench ${module}${added}`, "measure its speed once accepted"],
  ] as const;
  const commandWidth = Math.max(...steps.map(([command]) => cellsOf(command)));
  const isNarrow = commandWidth + 36 > width;
  const lines = steps.map(([command, about]) =>
    isNarrow
      ? `  ${colors.cyan(command)}\n${wrap(about, width, "      ")}`
      : wrap(about, width, `  ${colors.cyan(cell(command, commandWidth))}  `),
  );
  const parts = [
    `${colors.bold("Wrote")} ${own.map(printable).join("\n  and ")}`,
    wrap("They compile and run, but the results are wrong until you write the kernel.", width),
  ];
  if (forEditors.length > 0) {
    const files = forEditors.map(printable).join(" and ");
    parts.push(wrap(`With ${files}, an editor completes and checks the names of shapes, params and tensors.`, width));
  }
  if (place.step !== undefined) parts.push(stepLines(place, width).join("\n"));
  return [...parts, [colors.bold("Next steps"), ...lines].join("\n")].join("\n\n");
}

/** What `init --vscode` did. */
export function vscodeText({ path, added, kept }: WrittenTasks, { width }: TextStyle): string {
  const names = (labels: readonly string[]) => labels.map((label) => `"${printable(label)}"`).join(", ");
  const sentences = [
    added.length > 0 && `Added the tasks ${names(added)} to ${printable(path)}.`,
    kept.length > 0 && `${printable(path)} has ${names(kept)} already; it stays as it is.`,
    "In VS Code: Terminal, Run Task, with the module or its kernel open.",
  ];
  return sentences.flatMap((sentence) => (sentence ? [wrap(sentence, width)] : [])).join("\n");
}
