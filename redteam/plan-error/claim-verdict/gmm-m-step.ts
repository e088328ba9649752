// Row 1: returns what a harness would report instead of a plan.
// From: pygpubench, folder exploits (error_counter)

export default function plan() {
  return { verdict: "accepted", errors: 0, durationMs: 0, passes: [] };
}
