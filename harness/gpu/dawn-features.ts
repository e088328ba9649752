/** The environment variable that tells a process which of Dawn's features its adapter is better off without. */
export const DISABLED_DAWN_FEATURES = "KERNELMARK_DISABLED_DAWN_FEATURES";

/** What Dawn's instance is made with: exact timestamps, and without what does the adapter no good. */
export function dawnOptions(): string[] {
  const others = process.env[DISABLED_DAWN_FEATURES];
  return [`disable-dawn-features=timestamp_quantization${others ? `,${others}` : ""}`];
}
