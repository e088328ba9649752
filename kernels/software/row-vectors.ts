/** Elements of a vector. */
const VECTOR = 4;

/** Elements that a tensor's array holds at each index: 4 if rows of all these lengths are whole vectors, else 1. */
export function widthFor(...lengths: readonly number[]): number {
  return lengths.every((length) => length % VECTOR === 0) ? VECTOR : 1;
}

/**
 * The head of a module that reads rows four elements at a time: `Element`, of which its tensors are arrays, and for each
 * tensor `<tensor>_vector(start, step)`, four elements of the row that begins at `start`, with zeros past its end.
 *
 * @param lengths for each tensor, the name of the constant with the number of elements in a row
 * @param written the tensor, if any, that is also written, by `set_<tensor>_vector(start, step, four)`
 */
export function rowVectors(lengths: Readonly<Record<string, string>>, width: number, written?: string): string {
  const functions = Object.entries(lengths).map(([tensor, length]) => {
    const functionsOf = width === VECTOR ? ofVectors(tensor) : ofElements(tensor, length);
    return tensor === written ? functionsOf.read + functionsOf.write : functionsOf.read;
  });
  return [`alias Element = ${width === VECTOR ? "vec4f" : "f32"};\n`, ...functions].join("\n");
}

const ofVectors = (tensor: string) => ({
  read: `fn ${tensor}_vector(start: u32, step: u32) -> vec4f {
  return ${tensor}[start + step];
}
`,
  write: `
fn set_${tensor}_vector(start: u32, step: u32, four: vec4f) {
  ${tensor}[start + step] = four;
}
`,
});

const ofElements = (tensor: string, length: string) => ({
  read: `fn ${tensor}_vector(start: u32, step: u32) -> vec4f {
  let places = 4u * step + vec4u(0, 1, 2, 3);
  let at = start + min(places, vec4u(${length} - 1u));
  return select(vec4f(), vec4f(${tensor}[at.x], ${tensor}[at.y], ${tensor}[at.z], ${tensor}[at.w]), places < vec4u(${length}));
}
`,
  write: `
fn set_${tensor}_vector(start: u32, step: u32, four: vec4f) {
  for (var i = 0u; i < min(4u, ${length} - 4u * step); i++) {
    ${tensor}[start + 4u * step + i] = four[i];
  }
}
`,
});
