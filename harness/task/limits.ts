/**
 * Every limit that a submission is held to, with its reason. {@link defaultLimits} are those that an assignment's
 * `limits:` can change; the others keep the harness itself whole, and are the same for everybody.
 */
export interface JudgingLimits {
  readonly files: number;
  readonly sourceKibibytes: number;
  readonly planSeconds: number;
  readonly planMemoryMebibytes: number;
  readonly planSizeMebibytes: number;
  readonly logCharacters: number;
  readonly passes: number;
  readonly workgroups: number;
  readonly scratchTimes: number;
  readonly compileSeconds: number;
  readonly kernelTimes: number;
  readonly readBackSeconds: number;
  readonly gpuMebibytes: number;
  readonly processMebibytes: number;
}

export const defaultLimits: JudgingLimits = {
  // Built-in kernels need two or three; generated sets of variants a few dozen.
  files: 64,
  // WGSL for one task is below 50 KiB.
  sourceKibibytes: 512,
  // Processor time, loading the script included. Honest calls take a few milliseconds, the largest plans 0.2 s.
  planSeconds: 1,
  planMemoryMebibytes: 64,
  // 4,096 passes of 256 characters and their shaders.
  planSizeMebibytes: 4,
  // A screenful or two.
  logCharacters: 4096,
  // A GPU needs some microseconds for each.
  passes: 4096,
  // What WebGPU guarantees on every device.
  workgroups: 65_535,
  scratchTimes: 1,
  // Drivers need some ten milliseconds, the slowest software ones a second.
  compileSeconds: 20,
  // Limits end what would never end; a slow kernel loses speed points only.
  kernelTimes: 1,
  // Once a kernel has ended, its results are one copy away: milliseconds, even for the largest outputs.
  readBackSeconds: 10,
  // The same on every adapter, so that verdicts are: the smallest GPUs that are in use have twice as much.
  gpuMebibytes: 1024,
  // Software adapters keep buffers in the process, and the harness holds inputs, results and references beside them.
  // Built-in kernels need a few hundred; a shader made for it can have a compiler take all that a machine has.
  processMebibytes: 3072,
};

interface LimitRange {
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
  /** For editors, and whoever writes an assignment. */
  readonly about: string;
}

/** What an assignment may set. The bounds are where a limit would no longer protect, or would stop honest kernels. */
export const limitRanges: Readonly<Record<keyof JudgingLimits, LimitRange>> = {
  files: {
    least: 1,
    most: 1024,
    isWhole: true,
    about: "How many files a submission's module may import, itself included.",
  },
  sourceKibibytes: { least: 16, most: 2048, isWhole: false, about: "What these files may hold together." },
  planSeconds: {
    least: 0.1,
    most: 60,
    isWhole: false,
    about: "Processor time that a call of the plan function may take.",
  },
  planMemoryMebibytes: { least: 8, most: 1024, isWhole: true, about: "Memory that a plan function's values may take." },
  planSizeMebibytes: {
    least: 0.25,
    most: 16,
    isWhole: false,
    about: "Size of a plan as text, each distinct long string counted once.",
  },
  logCharacters: {
    least: 256,
    most: 65_536,
    isWhole: true,
    about: "What is kept of what a plan function writes with `console.log`; the rest is cut.",
  },
  passes: { least: 1, most: 16_384, isWhole: true, about: "How many passes a plan may have." },
  workgroups: {
    least: 1,
    most: 65_535,
    isWhole: true,
    about: "How many workgroups a pass may have along one axis; plan functions find it in `device.limits`.",
  },
  scratchTimes: {
    least: 0,
    most: 100,
    isWhole: false,
    about: "How many times as much scratch as usual a plan may ask for; `kernelmark tasks` tells what is usual.",
  },
  compileSeconds: {
    least: 1,
    most: 600,
    isWhole: false,
    about: "How long the shaders of one plan may take to compile.",
  },
  kernelTimes: {
    least: 0.5,
    most: 100,
    isWhole: false,
    about: "How many times as long as usual a kernel may run; `kernelmark tasks` tells what is usual.",
  },
  readBackSeconds: {
    least: 1,
    most: 600,
    isWhole: false,
    about: "How long reading the results back may take once the kernel has ended.",
  },
  gpuMebibytes: {
    least: 16,
    most: 65_536,
    isWhole: false,
    about: "What a case's tensors and a plan's scratch may take together.",
  },
  processMebibytes: {
    least: 256,
    most: 1_048_576,
    isWhole: false,
    about: "What the process that runs the kernel may take beside `gpuMebibytes`.",
  },
};

/** What WebGPU guarantees on every adapter ("Limits", WebGPU §3.6.2), where it matters to a compute kernel. */
export const guaranteedLimits = {
  maxBufferSize: 268_435_456,
  maxStorageBufferBindingSize: 134_217_728,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupSizeY: 256,
  maxComputeWorkgroupSizeZ: 64,
  maxComputeWorkgroupsPerDimension: 65_535,
} as const;

/** What keeps the harness itself whole. Sizes are in bytes unless their names say otherwise. */
export const fixedLimits = {
  /**
   * One file that is parsed as JavaScript, TypeScript or JSON. esbuild's parser recurses: 500,000 nested brackets
   * overflow its 1 GB stack and take its process down, a quarter of that does not.
   */
  moduleBytes: 128 * 1024,
  /** The bundled script. Bundling adds little, so a script this far above its sources was made to grow. */
  scriptBytes: 4 * 1024 * 1024,
  /** Bundling takes some milliseconds; this stops a module that was made to keep the parser busy. */
  bundleTimeMs: 5_000,
  /** What the bundler's processes may hold: honest modules take them to 150 MiB. */
  bundlerMebibytes: 512,
  /** The longest file name of common file systems. */
  nameBytes: 255,
  /** Entries looked at in one folder; more is not a folder of submissions. */
  folderEntries: 10_000,

  /** Times `planSeconds`, on the wall: a busy machine gives a plan function its processor time in small pieces. */
  planWallTimes: 8,
  /** Memory that the JavaScript engine takes for itself: its built-in objects, its stack. */
  engineMemoryBytes: 8 * 1024 * 1024,
  /**
   * Stack of the JavaScript engine, some 700 nested calls. Far more would overflow the stack of the process first,
   * which cannot say where it happened.
   */
  planStackBytes: 128 * 1024,
  /** Levels of arrays and objects; `passes[0].bindings[0]` is on the fourth. */
  planDepth: 8,
  /** Numbers, strings, arrays and objects in a plan: 4,096 passes with eight bindings and twenty constants each. */
  planValues: 200_000,
  /** An entry point's name. */
  entryPointChars: 1024,
  /** Constants of one pass. Dawn compares names: 100,000 took a minute for the 30 shapes of a task on a busy machine. */
  passConstants: 1024,
  /**
   * Distinct sources of WGSL in the plans of all shapes together: fifty shapes of 50 KiB take a third. Compilers need up
   * to 200 bytes for each character.
   */
  sourceChars: 8 * 2 ** 20,
  /** Pipelines for all shapes together: fifty shapes with eighty each. Drivers need up to 250 KB for a small one. */
  pipelines: 4096,
  /** Each source once for each pipeline that is made of it, for all shapes together: 1,300 pipelines of 50 KiB. */
  compiledChars: 64 * 2 ** 20,
  /** Scratch buffers: as many as there usually can be passes. Each is a buffer of the GPU's own. */
  scratchBuffers: 4096,
  /** WebGPU guarantees this many storage buffers a shader stage on every device. */
  storageBuffers: 8,
  /** What is kept of an error's message. */
  messageChars: 1024,
} as const;

/**
 * How long the other steps of judging a case may take, in milliseconds on a machine that does nothing else (see
 * `UndisturbedClock`). They are there to end what would never end, not to punish what is slow: a slow kernel loses speed
 * points, and no others.
 */
export const timeLimits = {
  /** A fresh worker answers in a tenth of a second; a machine at its limits may need much longer. */
  workerStartMs: 20_000,
  /**
   * The sandbox holds a plan function to its own limit; this is for an engine that does not come back. For each of
   * `planSeconds`, and never less.
   */
  planMs: 10_000,
  /** Waiting for a reference, which is our own work. */
  referenceMs: 180_000,
  /** Looking for the mistake that explains wrong answers; without an answer there is simply no hint. */
  diagnoseMs: 20_000,
  /** What any case may take to run, on any adapter: ten times what an honest kernel needs on tiny shapes. */
  runBaseMs: 2_000,
  /**
   * What each of the oracle's units (rows, mostly) adds to that: a workgroup of 256 with twenty barriers takes SwiftShader
   * 0.3 ms on a quiet machine, and 1.6 ms of processor time where its threads are interrupted all the time.
   */
  runPerUnitMs: 4,
  /** What each million operations adds: software adapters reach 50 Mflop/s with the slowest honest kernels. */
  runPerMegaflopMs: 100,
} as const;
