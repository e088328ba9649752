// Row 4: takes memory until there is none.
// From: our own reading of the harness

export default function plan() {
  const hoard = [];
  for (;;) hoard.push(new Uint8Array(2 ** 22).fill(1));
}
