/** `10 %` */
export const PERCENTAGE = /^(\d+(?:\.\d+)?) ?%$/;
/** `15m`, `2h`, `1.5d` */
export const DURATION = /^(\d+(?:\.\d+)?) ?(m|h|d)$/;

export const DAY_MS = 24 * 60 * 60 * 1000;
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY_MS };

/** The share that a percentage names: 0.1 for `10 %`. */
export function shareOf(percentage: string): number {
  return Number(PERCENTAGE.exec(percentage)?.[1]) / 100;
}

/** The milliseconds of a time span such as `15m`. */
export function durationMs(text: string): number {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  return Number(amount) * UNIT_MS[unit ?? ""]!;
}
