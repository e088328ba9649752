// Row 4: gives 100,000 characters to 700 passes, each with other constants for every shape, so that a harness that knows
// pipelines by their source runs out of memory, and blames itself.
// From: our own reading of the harness

const code = `!\n//\u4e00${"x".repeat(100_000)}`;

export default ({ shape }) => ({
  passes: Array.from({ length: 700 }, (_, index) => ({
    code,
    constants: { FIRST: index, SECOND: shape.rows, THIRD: shape.cols },
    bindings: ["x", "y"],
    workgroups: [1],
  })),
});
