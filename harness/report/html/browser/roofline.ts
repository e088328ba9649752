import type { Roofline } from "../../../results/measurement.ts";
import type { AttemptHead } from "../index-data.ts";

export interface WorkPoint {
  readonly who: string;
  readonly shape: string;
  /** Operations per byte. */
  readonly intensity: number;
  /** Operations per nanosecond: GFLOP/s. */
  readonly rate: number;
  /** Share of the adapter's peak. */
  readonly share: number;
}

export function workPoints(attempts: readonly AttemptHead[], names: readonly string[]): WorkPoint[] {
  return attempts.flatMap(({ candidate, speed }) =>
    (speed?.shapes ?? []).map(({ name, bytes, flops, candidateNs, rooflineShare }) => ({
      who: names[candidate]!,
      shape: name,
      intensity: flops / bytes,
      rate: flops / candidateNs,
      share: rooflineShare,
    })),
  );
}

export interface Roof {
  readonly bytesPerNs: number;
  readonly flopsPerNs: number;
}

/**
 * The adapter's peaks: the fastest measured copy, and the rate of multiply-adds. If a share implies a higher roof, the
 * roof is that of 8-bit integers.
 */
export function roofOf({ copies, f32PerSecond, int8PerSecond }: Roofline, points: readonly WorkPoint[]): Roof {
  const isAboveF32 = points.some(({ rate, share }) => share > 0 && (1e9 * rate) / share > 1.001 * f32PerSecond);
  return {
    bytesPerNs: Math.max(...copies.map(({ bytesPerSecond }) => bytesPerSecond)) / 1e9,
    flopsPerNs: (isAboveF32 ? Math.max(f32PerSecond, int8PerSecond) : f32PerSecond) / 1e9,
  };
}

/** The corners of the roof between two intensities. */
export function roofLine(
  { bytesPerNs, flopsPerNs }: Roof,
  [low, high]: readonly [number, number],
): { readonly intensity: number; readonly rate: number }[] {
  const ridge = flopsPerNs / bytesPerNs;
  const corners = [low, ...(low < ridge && ridge < high ? [ridge] : []), high];
  return corners.map((intensity) => ({ intensity, rate: Math.min(intensity * bytesPerNs, flopsPerNs) }));
}
