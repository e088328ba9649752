// Row 4: a plan function that never returns.
// From: our own reading of the harness

export default function plan() {
  for (;;) {}
}
