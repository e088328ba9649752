/**
 * A type as WGSL writes it in full, without blanks: `f32`, `vec4<f32>`, `array<u32,4>`, a structure's name. A number
 * without suffix has the type `float` or `int` until its surroundings decide.
 */
export type WgslType = string;

export const UNKNOWN = "unknown";

const SHORT_SUFFIXES: Readonly<Record<string, string>> = { f: "f32", h: "f16", i: "i32", u: "u32" };

/** `vec4f` in full: `vec4<f32>`. */
export function fullType(text: string): WgslType {
  return text.replace(
    /\b(vec[234]|mat[234]x[234])([fhiu])\b/g,
    (_, name, suffix) => `${name}<${SHORT_SUFFIXES[suffix]}>`,
  );
}

/** The type of a variable that is declared with such a value and no type. */
export function concrete(type: WgslType): WgslType {
  return type.replace(/\bfloat\b/, "f32").replace(/\bint\b/, "i32");
}

/** Of a vector, the type of its components; of a scalar, its own. */
export function scalarOf(type: WgslType): WgslType {
  return /^vec[234]<(.*)>$/.exec(type)?.[1] ?? type;
}

/** `f32`, or a vector of it: the types that `quantizeToF16` and `fma` take. */
export function isFloat(type: WgslType): boolean {
  return scalarOf(type) === "f32";
}

/** The type of an element, by an index. */
export function elementOf(type: WgslType): WgslType {
  const matrix = /^mat[234]x([234])<(.*)>$/.exec(type);
  if (matrix !== null) return `vec${matrix[1]}<${matrix[2]}>`;
  const array = /^array<(.*)>$/.exec(type);
  if (array !== null) return firstArgument(array[1]!);
  return /^vec/.test(type) ? scalarOf(type) : UNKNOWN;
}

/** The type of a component or several: `v.x`, `v.xyz`. */
export function swizzled(type: WgslType, components: string): WgslType {
  if (!/^vec/.test(type)) return UNKNOWN;
  return components.length === 1 ? scalarOf(type) : `vec${components.length}<${scalarOf(type)}>`;
}

/** The type of several operands together: the widest, with a suffix if any has one. */
export function joined(...types: readonly WgslType[]): WgslType {
  const rank = (type: WgslType) =>
    type === UNKNOWN ? 9 : /^(vec|mat|array)/.test(type) ? 4 : type === "int" ? 0 : type === "float" ? 1 : 2;
  return types.reduce((widest, type) => (rank(type) > rank(widest) ? type : widest));
}

/** Built-in functions whose result has another type than their arguments. */
const RESULTS: Readonly<Record<string, (args: readonly WgslType[]) => WgslType>> = {
  dot: ([a = UNKNOWN]) => scalarOf(a),
  length: ([a = UNKNOWN]) => concrete(scalarOf(a)),
  distance: ([a = UNKNOWN]) => concrete(scalarOf(a)),
  determinant: ([a = UNKNOWN]) => elementOf(elementOf(a)),
  select: ([a = UNKNOWN, b = UNKNOWN]) => joined(a, b),
  extractBits: ([a = UNKNOWN]) => a,
  insertBits: ([a = UNKNOWN]) => a,
  ldexp: ([a = UNKNOWN]) => a,
  all: () => "bool",
  any: () => "bool",
  arrayLength: () => "u32",
  dot4U8Packed: () => "u32",
  dot4I8Packed: () => "i32",
  unpack4xI8: () => "vec4<i32>",
  unpack4xU8: () => "vec4<u32>",
  unpack4x8snorm: () => "vec4<f32>",
  unpack4x8unorm: () => "vec4<f32>",
  unpack2x16float: () => "vec2<f32>",
  unpack2x16snorm: () => "vec2<f32>",
  unpack2x16unorm: () => "vec2<f32>",
  subgroupBroadcast: ([a = UNKNOWN]) => a,
  subgroupShuffle: ([a = UNKNOWN]) => a,
  subgroupShuffleXor: ([a = UNKNOWN]) => a,
  subgroupShuffleDown: ([a = UNKNOWN]) => a,
  subgroupShuffleUp: ([a = UNKNOWN]) => a,
  subgroupBallot: () => "vec4<u32>",
  frexp: () => UNKNOWN,
  modf: () => UNKNOWN,
};

/** The type that a call of a built-in function or of a type's constructor has. */
export function calledType(name: string, args: readonly WgslType[]): WgslType {
  if (/^(f32|f16|i32|u32|bool)$/.test(name)) return name;
  if (/^(vec|mat)/.test(name)) return name.includes("<") ? name : `${name}<${concrete(scalarOf(joined(...args)))}>`;
  if (name === "array") return `array<${concrete(joined(...args))},${args.length}>`;
  if (name.startsWith("array<")) return name;
  if (name.startsWith("bitcast<")) return name.slice("bitcast<".length, -1);
  if (/^(atomic|pack|texture|workgroupUniform)/.test(name)) return UNKNOWN;
  const result = RESULTS[name];
  if (result !== undefined) return result(args);
  return args.length === 0 ? UNKNOWN : joined(...args);
}

export function operatorType(operator: string, left: WgslType, right: WgslType): WgslType {
  if (["==", "!=", "<", ">", "<=", ">=", "&&", "||"].includes(operator)) {
    const size = /^(vec[234])</.exec(joined(left, right))?.[1];
    return size === undefined ? "bool" : `${size}<bool>`;
  }
  if (operator === "<<" || operator === ">>") return left;
  // Products with a matrix have types of their own.
  if (left.startsWith("mat") || right.startsWith("mat")) return UNKNOWN;
  return joined(left, right);
}

/** The part of a template list before its first comma. */
function firstArgument(list: string): string {
  let depth = 0;
  for (const [index, character] of [...list].entries()) {
    if (character === "<") depth++;
    if (character === ">") depth--;
    if (character === "," && depth === 0) return list.slice(0, index);
  }
  return list;
}
