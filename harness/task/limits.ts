/**
 * Every limit on a submission, with its reason. An assignment's `limits:` can change {@link defaultLimits}; the others
 * protect the harness itself, and are the same for all.
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
  // WebGPU guarantees this on every device.
  workgroups: 65_535,
  scratchTimes: 1,
  // Drivers need some ten milliseconds, the slowest software ones a second.
  compileSeconds: 20,
  // Limits end hangs; a slow kernel loses speed points only.
  kernelTimes: 1,
  // Once a kernel has ended, its results are one copy away: milliseconds, even for the largest outputs.
  readBackSeconds: 10,
  // The same on every adapter, so that verdicts agree: the smallest GPUs in use have twice as much.
  gpuMebibytes: 1024,
  // Software adapters keep buffers in the process, and the harness also holds inputs, results and references.
  // Built-in kernels need a few hundred; a hostile shader can make a compiler take all of a machine's memory.
  processMebibytes: 3072,
};

interface LimitRange {
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
  /** For editors and authors of assignments. */
  readonly about: string;
}

/** Ranges for assignments. Beyond them a limit would no longer protect, or would stop honest kernels. */
export const limitRanges: Readonly<Record<keyof JudgingLimits, LimitRange>> = {
  files: {
    least: 1,
    most: 1024,
    isWhole: true,
    about: "The number of files that a submission's module may import, including itself.",
  },
  sourceKibibytes: { least: 16, most: 2048, isWhole: false, about: "The total size of these files." },
  planSeconds: {
    least: 0.1,
    most: 60,
    isWhole: false,
    about: "Processor time for one call of the plan function.",
  },
  planMemoryMebibytes: { least: 8, most: 1024, isWhole: true, about: "Memory for a plan function's values." },
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
    about: "The characters kept of a plan function's `console.log` output; the rest is cut.",
  },
  passes: { least: 1, most: 16_384, isWhole: true, about: "The number of passes in a plan." },
  workgroups: {
    least: 1,
    most: 65_535,
    isWhole: true,
    about: "The workgroups of a pass along one axis; plan functions find it in `device.limits`.",
  },
  scratchTimes: {
    least: 0,
    most: 100,
    isWhole: false,
    about: "A factor on the usual scratch limit, which `kernelmark tasks` shows.",
  },
  compileSeconds: {
    least: 1,
    most: 600,
    isWhole: false,
    about: "The time to compile the shaders of one plan.",
  },
  kernelTimes: {
    least: 0.5,
    most: 100,
    isWhole: false,
    about: "A factor on the usual time limit of a kernel, which `kernelmark tasks` shows.",
  },
  readBackSeconds: {
    least: 1,
    most: 600,
    isWhole: false,
    about: "The time to read the results back once the kernel has ended.",
  },
  gpuMebibytes: {
    least: 16,
    most: 65_536,
    isWhole: false,
    about: "The memory for a case's tensors and a plan's scratch together.",
  },
  processMebibytes: {
    least: 256,
    most: 1_048_576,
    isWhole: false,
    about: "The memory of the process that runs the kernel, in addition to `gpuMebibytes`.",
  },
};

/** The limits that WebGPU guarantees on every adapter ("Limits", WebGPU §3.6.2), as far as they concern compute. */
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

/** Limits that protect the harness itself. Sizes are in bytes unless their names say otherwise. */
export const fixedLimits = {
  /**
   * One file that is parsed as JavaScript, TypeScript or JSON. esbuild's parser recurses: 500,000 nested brackets
   * overflow its 1 GB stack and crash its process, a quarter of that does not.
   */
  moduleBytes: 128 * 1024,
  /** The bundled script. Bundling adds little, so a script this far above its sources was built to grow. */
  scriptBytes: 4 * 1024 * 1024,
  /** Bundling takes some milliseconds; this stops a module that was built to keep the parser busy. */
  bundleTimeMs: 5_000,
  /** Memory of the bundler's processes: honest modules need 150 MiB. */
  bundlerMebibytes: 512,
  /** The longest file name of common file systems. */
  nameBytes: 255,
  /** Entries read in one folder; a larger folder holds no submissions. */
  folderEntries: 10_000,

  /** Wall time as a multiple of `planSeconds`: a busy machine gives a plan function processor time in small pieces. */
  planWallTimes: 8,
  /** Memory for the JavaScript engine itself: built-in objects and stack. */
  engineMemoryBytes: 8 * 1024 * 1024,
  /**
   * Stack of the JavaScript engine, some 700 nested calls. With far more, the process's stack would overflow first,
   * without a place in the source.
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
  /** Each source once per pipeline made from it, for all shapes together: 1,300 pipelines of 50 KiB. */
  compiledChars: 64 * 2 ** 20,
  /** Scratch buffers, each a GPU buffer: as many as the default limit of passes. */
  scratchBuffers: 4096,
  /** WebGPU guarantees this many storage buffers a shader stage on every device. */
  storageBuffers: 8,
  /** The part of an error's message that is kept. */
  messageChars: 1024,
} as const;

/**
 * Time limits of the other steps of judging a case, in milliseconds on an idle machine (see `UndisturbedClock`). They
 * end hangs, and do not punish slowness: a slow kernel loses speed points, and no others.
 */
export const timeLimits = {
  /** A fresh worker answers in a tenth of a second; a machine at its limits may need much longer. */
  workerStartMs: 20_000,
  /**
   * The sandbox enforces a plan function's own limit; this one is for an engine that hangs. For each of `planSeconds`,
   * and never less.
   */
  planMs: 10_000,
  /** Waiting for a reference, which is Kernelmark's own work. */
  referenceMs: 180_000,
  /** Running the plain kernel with a known mistake, from the process's start; at the limit, its hint is omitted. */
  mistakeMs: 5_000,
  /** Diagnosing wrong answers; at the limit, the hint is omitted. */
  diagnoseMs: 20_000,
  /** Base time to run a case, on any adapter: ten times an honest kernel's on tiny shapes. */
  runBaseMs: 2_000,
  /**
   * Added per row, of the output or of an input: a workgroup of 256 with twenty barriers takes SwiftShader 0.3 ms on an
   * idle machine, and 1.6 ms of processor time if its threads are interrupted all the time.
   */
  runPerUnitMs: 4,
  /** Added per million operations: software adapters reach 50 Mflop/s with the slowest honest kernels. */
  runPerMegaflopMs: 100,
} as const;
