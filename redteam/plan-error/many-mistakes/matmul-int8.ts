// Row 4: thousands of scratch buffers and as many mistakes: whoever lists all names for each of them runs out of
// memory.
// From: our own reading of the harness, where it took the worker down

export default () => ({
  scratch: Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`${"s".repeat(200)}${index}`, 4])),
  passes: Array.from({ length: 4096 }, () => ({
    code: "c",
    bindings: ["m", "n", "o", "p", "q", "r", "t", "u"],
    workgroups: [1],
  })),
});
