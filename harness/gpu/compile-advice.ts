import { nearestName } from "../text/nearest-name.ts";
import { wgslTokens } from "../wgsl/lexer.ts";

/** Advice on a compiler's error, for people who come from CUDA, GLSL, C or Python. */
interface Advice {
  /** Matches the compiler's message. */
  readonly message?: RegExp;
  /** Matches the line of the error, without its comment. */
  readonly line?: RegExp;
  /** One sentence with the WGSL to write. */
  readonly write: string | ((message: RegExpExecArray | null, line: RegExpExecArray | null) => string | undefined);
}

const BUILTINS: Readonly<Record<string, string>> = {
  threadIdx: "@builtin(local_invocation_id) local_id: vec3u",
  blockIdx: "@builtin(workgroup_id) group: vec3u",
  gridDim: "@builtin(num_workgroups) groups: vec3u",
  gl_GlobalInvocationID: "@builtin(global_invocation_id) id: vec3u",
  gl_LocalInvocationID: "@builtin(local_invocation_id) local_id: vec3u",
  gl_LocalInvocationIndex: "@builtin(local_invocation_index) lane: u32",
  gl_WorkGroupID: "@builtin(workgroup_id) group: vec3u",
  gl_NumWorkGroups: "@builtin(num_workgroups) groups: vec3u",
};

const TYPES: Readonly<Record<string, string>> = {
  float: "f32",
  double: "f32",
  half: "f16",
  int: "i32",
  uint: "u32",
  unsigned: "u32",
  long: "i32",
  size_t: "u32",
  float2: "vec2f",
  float3: "vec3f",
  float4: "vec4f",
  uint2: "vec2u",
  uint3: "vec3u",
  uint4: "vec4u",
  int4: "vec4i",
  uvec3: "vec3u",
  vec2: "vec2f",
  vec3: "vec3f",
  vec4: "vec4f",
};
const C_TYPES = String.raw`(?:const\s+)?(float[234]?|double|half|unsigned|int[234]?|uint[234]?|long|size_t|auto)`;

/** Functions of other languages by their names in WGSL. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  barrier: "workgroupBarrier()",
  memoryBarrierShared: "workgroupBarrier()",
  rsqrt: "inverseSqrt(x)",
  rsqrtf: "inverseSqrt(x)",
  inversesqrt: "inverseSqrt(x)",
  fabs: "abs(x)",
  fabsf: "abs(x)",
  fmax: "max(a, b)",
  fmaxf: "max(a, b)",
  fmin: "min(a, b)",
  fminf: "min(a, b)",
  fmaf: "fma(a, b, c)",
  lerp: "mix(a, b, t)",
  mod: "a % b",
  fmod: "a % b",
  fmodf: "a % b",
  frac: "fract(x)",
  erf: "a polynomial: WGSL has no erf",
  erff: "a polynomial: WGSL has no erf",
  log10: "log(x) / log(10.0)",
  log1p: "log(1.0 + x)",
  expm1: "exp(x) - 1.0",
  sigmoid: "1.0 / (1.0 + exp(-x))",
  relu: "max(x, 0.0)",
  float: "f32(x)",
  int: "i32(x)",
  uint: "u32(x)",
  len: "arrayLength(&x)",
  sizeof: "a number of bytes: 4 for each f32 or u32",
  printf: "an output instead: a kernel cannot print",
  print: "an output instead: a kernel cannot print",
  atomicCAS: "atomicCompareExchangeWeak(&x, old, new)",
  __shfl_xor_sync: "subgroupShuffleXor(x, mask), which needs `enable subgroups;`",
  __shfl_down_sync: "subgroupShuffleDown(x, delta), which needs `enable subgroups;`",
};

const CALLABLE =
  "abs acos acosh all any arrayLength asin asinh atan atan2 atanh atomicAdd atomicCompareExchangeWeak atomicExchange atomicLoad atomicMax atomicMin atomicOr atomicStore atomicSub bitcast ceil clamp cos cosh countLeadingZeros countOneBits cross degrees determinant distance dot dot4I8Packed dot4U8Packed exp exp2 extractBits f32 faceForward firstLeadingBit floor fma fract frexp i32 insertBits inverseSqrt ldexp length log log2 max min mix modf normalize pack2x16float pack4xI8 pack4xU8 pow quantizeToF16 radians reflect reverseBits round saturate select sign sin sinh smoothstep sqrt step storageBarrier subgroupAdd subgroupBroadcast subgroupMax subgroupMin subgroupShuffle subgroupShuffleXor tan tanh transpose trunc u32 unpack2x16float unpack4xI8 unpack4xU8 workgroupBarrier workgroupUniformLoad".split(
    " ",
  );

const NO_INFINITY = "WGSL has no infinities and no NaN: start a maximum from the first element, or from -3.4028234e38.";

/** The first that fits is given. */
const ADVICE: readonly Advice[] = [
  {
    line: /\b(threadIdx|blockIdx|gridDim|gl_(?:GlobalInvocationID|LocalInvocationI[Dn]\w*|WorkGroupID|NumWorkGroups))\b/,
    write: (_, line) =>
      `In WGSL, \`${line![1]}\` is a parameter of the entry point: \`fn main(${BUILTINS[line![1]!]})\`.`,
  },
  {
    line: /\b(blockDim|gl_WorkGroupSize)\b/,
    write: (_, line) =>
      `WGSL has no \`${line![1]}\`: declare \`const LANES = 64;\` and use it in \`@workgroup_size(LANES)\` and here.`,
  },
  { line: /__syncthreads|__syncwarp/, write: "In WGSL, write `workgroupBarrier();`." },
  {
    line: /__global__|__device__|^\s*void\s+\w+\s*\(/,
    write: "In WGSL, a kernel begins with `@compute @workgroup_size(64) fn main(…) {`, and other functions with `fn`.",
  },
  {
    line: /__shared__|^\s*shared\s+\w+/,
    write: "In WGSL, workgroup memory is declared outside of functions: `var<workgroup> partials: array<f32, 64>;`.",
  },
  { line: /^\s*def\s+\w+\s*\(/, write: "In WGSL, write `fn name(x: f32) -> f32 { … }`." },
  {
    line: /^\s*#\s*(\w+)/,
    write: "WGSL has no preprocessor: use `const N = 64;` for constants, and put everything into one file.",
  },
  {
    message: /^(expected|invalid character|unexpected)/,
    line: /[^?]\?[^?].*:/,
    write: "WGSL has no `? :`: write `select(valueIfFalse, valueIfTrue, condition)`, or `if`.",
  },
  {
    message: /^(expected|unresolved|unexpected|missing)/,
    line: new RegExp(String.raw`(?:^|[{;(])\s*${C_TYPES}\s+(\w+)\s*(?=[=;,)])`),
    write(_, line) {
      const [, type = "", name = "x"] = line!;
      return type === "auto"
        ? `In WGSL, write \`var ${name} = …;\`, or \`let\` if it never changes.`
        : `In WGSL, write \`var ${name}: ${TYPES[type] ?? "f32"} = …;\`, or \`let\` if it never changes.`;
    },
  },
  {
    message: /^expected/,
    line: /\(\s*(float|int|uint|unsigned|double|half|f32|i32|u32)\s*\)\s*[\w(]/,
    write: (_, line) => `In WGSL, convert with a call: \`${TYPES[line![1]!] ?? line![1]}(x)\`.`,
  },
  {
    message: /^expected/,
    line: /\b(var|let)\s+(\w+)\s*\[\s*(\w+)\s*\]/,
    write: (_, line) => `In WGSL, write \`var ${line![2]}: array<f32, ${line![3]}>;\`.`,
  },
  {
    message: /^expected '\{'/,
    line: /\b(if|for|while|else)\b/,
    write: (_, line) => `In WGSL, the body of \`${line![1]}\` needs braces: \`{ … }\`.`,
  },
  { message: /^expected/, line: /\s(and|or|not)\s/, write: "In WGSL, write `&&`, `||` and `!`." },
  { line: /\*\*/, write: "In WGSL, write `x * x`, or `pow(x, y)` for a positive x." },
  {
    message: /^expected ';' for (\w+) ?/,
    write: "A statement ends with `;`: it may be missing at the end of the line before.",
  },
  {
    message: /^unresolved call target '(\w+)'/,
    write(message) {
      const name = message![1]!;
      const own = FUNCTIONS[name];
      if (own !== undefined) return `In WGSL, write ${/^[\w(]+\(|%|\//.test(own) ? `\`${own}\`` : own}.`;
      const near = CALLABLE.find((known) => `${known}f` === name) ?? nearestName(name, CALLABLE);
      return near && `Did you mean \`${near}\`?`;
    },
  },
  { message: /^unresolved value '(INFINITY|INF|inf|infinity|NAN|NaN|nan|HUGE_VALF?)'/, write: NO_INFINITY },
  {
    message: /^unresolved value '(FLT_MAX|FLT_MIN|FLT_EPSILON|M_PI|PI)'/,
    write: (message) =>
      `WGSL has no \`${message![1]}\`: declare it, for example \`const ${message![1]} = ${CONSTANTS[message![1]!]};\`.`,
  },
  { message: /cannot be represented as '(abstract-float|f32|f16)'/, write: NO_INFINITY },
  {
    message: /^unresolved (?:type|value|identifier) '(\w+)'/,
    write: (message) => {
      const type = TYPES[message![1]!];
      return type && `In WGSL, the type is \`${type}\`.`;
    },
  },
  {
    message: /^cannot assign to 'let (\w+)'/,
    write: (message) => `\`let\` never changes: declare \`var ${message![1]}\`.`,
  },
  {
    message: /^no matching overload for 'operator (?:<<|>>)=? \([\w-]+, i32\)'/,
    write: "Shift by a u32: write `1u` in place of `1`, or `u32(n)`.",
  },
  {
    message: /^no matching overload for 'operator \S+ \((?:i32, u32|u32, i32)\)'/,
    write:
      "Both operands must have the same type: begin with `0u` in place of `0`, or convert with `u32(…)` or `i32(…)`.",
  },
  {
    message: /^no matching overload for 'operator (?:[<>]=?|[=!]=) \((?:vec\d<\w+>, (?!vec)|(?!vec)\S+, vec)/,
    write: "Compare numbers: take a component of the vector, such as `id.x`.",
  },
  {
    message: /^no matching overload for 'operator \S+ \((\S+), (\S+)\)'/,
    write: (message) => {
      const types = [message![1]!, message![2]!];
      const isFloat = types.some((type) => /^(f32|abstract-float)$/.test(type));
      const integer = types.find((type) => type === "u32" || type === "i32");
      if (isFloat && integer !== undefined)
        return `Both operands must have the same type: convert the ${integer} with \`f32(…)\`.`;
      return "Both operands must have the same type: convert one of them.";
    },
  },
  {
    message: /^index must be of type 'i32' or 'u32', found: '(vec[23])<u32>'/,
    write: "An index is one number: take a component, such as `id.x`.",
  },
  {
    message: /^index must be of type 'i32' or 'u32'/,
    write: "Convert the index with `u32(…)`.",
  },
  {
    message: /^missing entry point IO attribute on parameter/,
    write: "Say what the parameter is: `@builtin(global_invocation_id) id: vec3u`.",
  },
  {
    message: /^'@builtin' is not valid for non-entry point function parameters/,
    write: "Write `@compute @workgroup_size(64)` before the `fn` of the kernel.",
  },
  { message: /is a reserved keyword/, write: "Choose another name." },
  {
    message: /^identifiers must not start with two or more underscores/,
    write: "Choose a name with at most one underscore at its start.",
  },
  {
    message: /^no matching call to 'atomic\w+\(ptr<\w+, (f32|atomic<f32>)/,
    write:
      "Only i32 and u32 can be atomic: add partial sums of each invocation in workgroup memory, or let one invocation compute each element.",
  },
  {
    message: /^no matching call to 'atomic\w+\(ptr<\w+, ([iu]32)/,
    write: (message) => `Declare the elements as \`atomic<${message![1]}>\`.`,
  },
  {
    message: /^array count must evaluate to a constant/,
    write:
      "The size of an array is known when the kernel is compiled: use a `const`, or an `override` in `var<workgroup>`.",
  },
  {
    message: /must only be called from uniform control flow/,
    write:
      "All invocations of a workgroup must reach it together: move it out of `if`, after no early `return`, and into loops whose bounds are the same for all.",
  },
  {
    message: /^extension '(\w+)' is not allowed/,
    write: (message) => {
      const feature = message![1] === "f16" ? "shader-f16" : message![1]!;
      return `Add \`requires: ["${feature}"]\` to the plan, if \`device.features\` includes it.`;
    },
  },
  { message: /^expected '=' for assignment/, write: "Declare a variable with `var` or `let`." },
];

const CONSTANTS: Readonly<Record<string, string>> = {
  FLT_MAX: "3.4028234e38",
  FLT_MIN: "1.1754944e-38",
  FLT_EPSILON: "1.1920929e-7",
  M_PI: "3.14159265",
  PI: "3.14159265",
};

/** A longer line is not advised on. */
const LINE_CHARS = 1000;

/**
 * One sentence on how to write in WGSL what a line that does not compile was meant to be; undefined for errors whose
 * message says enough.
 *
 * @param source the module
 * @param lineNumber of the error, from 1
 */
export function compileAdvice(message: string, source: string, lineNumber: number): string | undefined {
  // WGSL, §3.3 "Blankspace and Line Breaks".
  const line = source.split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/)[lineNumber - 1] ?? "";
  const code = line.slice(0, LINE_CHARS).replace(/\/\/.*$/, "");
  return adviceOnLine(message, code) ?? nearName(message, source);
}

/** For a name that is used but not declared: a similar one of the module. */
function nearName(message: string, source: string): string | undefined {
  const [, unknown] = /^unresolved \w+(?: \w+)? '(\w+)'/.exec(message) ?? [];
  if (unknown === undefined) return undefined;
  const names = new Set<string>();
  for (const { kind, text } of wgslTokens(source)) if (kind === "name" && text !== unknown) names.add(text);
  const near = nearestName(unknown, [...names].slice(0, MOST_NAMES));
  return near && `Did you mean \`${near}\`?`;
}

/** Each is compared with the unknown one. */
const MOST_NAMES = 1000;

function adviceOnLine(message: string, code: string): string | undefined {
  for (const advice of ADVICE) {
    const inMessage = advice.message === undefined ? null : advice.message.exec(message);
    const inLine = advice.line === undefined ? null : advice.line.exec(code);
    if ((advice.message !== undefined && inMessage === null) || (advice.line !== undefined && inLine === null))
      continue;
    return typeof advice.write === "string" ? advice.write : advice.write(inMessage, inLine);
  }
  return undefined;
}
