import type { PassProfile, PlanProfile } from "../../results/plan-profile.ts";
import { printable, shorten } from "../../text/printable.ts";
import type { TextStyle } from "../../text/text-style.ts";
import { wrap } from "../../text/wrap.ts";
import { duration, percent, significant, table } from "./measurement-text.ts";

const NAME_CHARACTERS = 24;

/** Where the time of a plan goes, shape by shape. */
export function profilesText(profiles: readonly PlanProfile[], style: TextStyle): string {
  return profiles.map((profile) => profileText(profile, style)).join("\n\n");
}

function profileText(profile: PlanProfile, style: TextStyle): string {
  const { shape, untimed, runs, rows } = profile;
  const { colors, width } = style;
  const heading = colors.bold(`Passes on ${shape}`);
  if (untimed !== undefined) return `${heading}\n${wrap(`Not timed: ${untimed}.`, width)}`;
  const header = ["pass", "time", "share", "MB", "GB/s", "of memory roof"];
  const cells = rows.map((row) => {
    const { timeNs, timeShare, memoryShare, bytes } = row;
    return [
      passName(row),
      timeNs === undefined ? "too short" : duration(timeNs),
      timeShare === undefined ? "-" : `${Math.round(100 * timeShare)} %`,
      significant(bytes / 1e6),
      timeNs === undefined || memoryShare === undefined ? "-" : significant(bytes / timeNs),
      memoryShare === undefined ? "-" : percent(memoryShare),
    ];
  });
  const totalNs = rows.reduce((sum, { timeNs = 0 }) => sum + timeNs, 0);
  const about = `Medians of ${runs} runs, each pass timed alone; together ${duration(totalNs)}. MB counts each buffer that the kernel uses once.`;
  const align = ["left", "right", "right", "right", "right", "right"] as const;
  return [heading, table(header, cells, align, colors.bold), colors.dim(wrap(about, width))].join("\n");
}

/** `2 add`, `3, 5, 7 … (12) merge` */
export function passName({ passes, entryPoint }: PassProfile): string {
  const numbers = numbersOf(passes);
  return entryPoint === undefined ? numbers : `${numbers} ${shorten(printable(entryPoint), NAME_CHARACTERS)}`;
}

/** `3, 5, 7`, `3, 5 … (12)` */
export function numbersOf(passes: readonly number[]): string {
  return passes.length <= 3 ? passes.join(", ") : `${passes.slice(0, 2).join(", ")} … (${passes.length})`;
}
