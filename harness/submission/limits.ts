/** What a submission may use before any of its kernels run. Sizes are in bytes unless their names say otherwise. */
export const limits = {
  /** Files that a module reaches by imports. House kernels need two or three; generated sets of variants a few dozen. */
  files: 64,
  /** All files reached, together. WGSL for one task is below 50 KiB. */
  sourceBytes: 512 * 1024,
  /**
   * One file that is parsed as JavaScript, TypeScript or JSON. esbuild's parser recurses: 500,000 nested brackets
   * overflow its 1 GB stack and take its process down, a quarter of that does not.
   */
  moduleBytes: 128 * 1024,
  /** The bundled script. Bundling adds little, so a script this far above `sourceBytes` was made to grow. */
  scriptBytes: 4 * 1024 * 1024,
  /** Bundling takes some milliseconds; this stops a module that was made to keep the parser busy. */
  bundleTimeMs: 10_000,
  /** The longest file name of common file systems. */
  nameBytes: 255,
  /** Entries looked at in one folder; more is not a folder of submissions. */
  folderEntries: 10_000,

  /**
   * One call of a plan function, loading the script included, of processor time. Honest ones take a few milliseconds, the
   * largest plans 0.2 s.
   */
  planTimeMs: 1_000,
  /** The same on the wall: a busy machine gives a plan function its processor time in small pieces. */
  planWallTimeMs: 4_000,
  /** Memory that a plan function's values may take. */
  planMemoryBytes: 64 * 1024 * 1024,
  /** Memory that the JavaScript engine takes for itself: its built-in objects, its stack. */
  engineMemoryBytes: 8 * 1024 * 1024,
  /**
   * Stack of the JavaScript engine, some 700 nested calls. Far more would overflow the stack of the process first,
   * which cannot say where it happened.
   */
  planStackBytes: 128 * 1024,
  /** The plan as text, each distinct long string counted once. 4,096 passes of 256 characters and their shaders. */
  planChars: 4 * 1024 * 1024,
  /** Levels of arrays and objects; `passes[0].bindings[0]` is on the fourth. */
  planDepth: 8,
  /** Numbers, strings, arrays and objects in a plan: 4,096 passes with eight bindings and twenty constants each. */
  planValues: 200_000,
  /** Scratch buffers: as many as there can be passes. Each is a buffer of the GPU's own. */
  scratchBuffers: 4096,
  /** Dispatches in one run. A GPU needs some microseconds for each. */
  passes: 4096,
  /** WebGPU guarantees this many storage buffers a shader stage on every device. */
  storageBuffers: 8,
  /** What is kept of `console.log` in one call: a screenful or two. */
  logChars: 4096,
  /** What is kept of an error's message. */
  messageChars: 1024,
} as const;
