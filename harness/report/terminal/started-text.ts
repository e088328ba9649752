import type { WrittenFiles } from "../../submission/write-starter.ts";
import { cellsOf } from "../../text/cells.ts";
import { printable } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { cell, wrap } from "../../text/wrap.ts";

/** What `kernelmark init` says: what there is now, and what to do with it. */
export function startedText(task: string, { own, forEditors }: WrittenFiles, { colors, width }: TextStyle): string {
  const module = printable(shellWord(own[0]!));
  const steps = [
    [`npx kernelmark tasks ${task}`, "what to compute, on which shapes, and hints"],
    [`npx kernelmark check ${module} --watch`, "what is wrong, after each save"],
    [`npx kernelmark bench ${module}`, "how fast it is, once it is right"],
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
    wrap("They compile and run, and are not yet right: that is for you to do.", width),
  ];
  if (forEditors.length > 0) {
    const files = forEditors.map(printable).join(" and ");
    parts.push(wrap(`${files} let an editor complete and check the names of shapes, params and tensors.`, width));
  }
  return [...parts, [colors.bold("What to do next"), ...lines].join("\n")].join("\n\n");
}

/** As a shell takes it for one word. */
function shellWord(text: string): string {
  return /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
