/** Elements of a vector. */
const VECTOR = 4;

/** Elements that a tensor's array holds at each index: 4 if rows of all these lengths are whole vectors, else 1. */
export function widthFor(...lengths: readonly number[]): number {
  return lengths.every((length) => length % VECTOR === 0) ? VECTOR : 1;
}

/**
 * The head of a module that reads and writes rows four elements at a time: `Element`, of which its tensors are arrays,
 * `<tensor>_vector(start, step)`, four elements of the row that begins at `start`, with zeros past its end, and
 * `set_<tensor>_vector(start, step, four)`.
 *
 * @param rows of the tensors that the module reads, and of those that it writes: names of the constants with the
 *   number of elements in a row
 */
export function rowVectors(
  rows: Readonly<Record<"read" | "written", Readonly<Record<string, string>>>>,
  width: number,
): string {
  const { read, write } = width === VECTOR ? OF_VECTORS : OF_ELEMENTS;
  return [
    `alias Element = ${width === VECTOR ? "vec4f" : "f32"};\n`,
    ...Object.entries(rows.read).map(([tensor, length]) => read(tensor, length)),
    ...Object.entries(rows.written).map(([tensor, length]) => write(tensor, length)),
  ].join("\n");
}

interface Access {
  read(tensor: string, length: string): string;
  write(tensor: string, length: string): string;
}

const OF_VECTORS: Access = {
  read: (tensor) => `fn ${tensor}_vector(start: u32, step: u32) -> vec4f {
  return ${tensor}[start + step];
}
`,
  write: (tensor) => `fn set_${tensor}_vector(start: u32, step: u32, four: vec4f) {
  ${tensor}[start + step] = four;
}
`,
};

const OF_ELEMENTS: Access = {
  read: (tensor, length) => `fn ${tensor}_vector(start: u32, step: u32) -> vec4f {
  let places = 4u * step + vec4u(0, 1, 2, 3);
  let at = start + min(places, vec4u(${length} - 1u));
  return select(vec4f(), vec4f(${tensor}[at.x], ${tensor}[at.y], ${tensor}[at.z], ${tensor}[at.w]), places < vec4u(${length}));
}
`,
  write: (tensor, length) => `fn set_${tensor}_vector(start: u32, step: u32, four: vec4f) {
  for (var i = 0u; i < min(4u, ${length} - 4u * step); i++) {
    ${tensor}[start + 4u * step + i] = four[i];
  }
}
`,
};
