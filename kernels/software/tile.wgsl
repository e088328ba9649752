// Tiles of sums over pairs of a row and a column, on a CPU. An invocation computes 8 rows by 4 columns in registers: a load
// costs as much as 50 multiply-adds, and workgroup memory and barriers cost more than they save. A step takes four elements
// along the sum: `of_row` and `of_rows` say what they add (`step-of-products.wgsl`, `step-of-squares.wgsl`). The module with
// this one declares
//
// - `left(row, step)`, a step's elements of a row, which may be past the last;
// - `right(quartet, step)`, a step's elements of columns 4 quartet to 4 quartet + 3, which may be past the last: the
//   matrix's column i has element i of the four.

override ROWS: u32;
override COLUMNS: u32;
const LANES = 8u;

// Sums of the first four rows and of the last four: a matrix's column has a row's.
struct Sums {
  upper: mat4x4f,
  lower: mat4x4f,
}

// The sums of the steps from `first` to before `end`.
fn sums_of(own: Invocation, row: u32, quartet: u32, first: u32, end: u32) -> Sums {
  var upper: mat4x4f;
  var lower: mat4x4f;
  for (var step = first; step < end; step++) {
    let columns = right(quartet, step);
    if (ROWS < 2u) {
      upper[0] += of_row(columns, left(0u, step));
    } else {
      upper += of_rows(columns, four_left(own, row, step));
      if (ROWS > 4u) {
        lower += of_rows(columns, four_left(own, row + 4u, step));
      }
    }
  }
  return Sums(upper, lower);
}

// The quartet's columns; past the last, it is repeated.
fn columns_of(quartet: u32) -> vec4u {
  return min(4u * quartet + vec4u(0, 1, 2, 3), vec4u(COLUMNS - 1u));
}
