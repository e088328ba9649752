/** `GPUBufferUsage` of the WebGPU specification (§5.1.2); Dawn for Node does not define it as a global. */
export const bufferUsage = {
  mapRead: 0x1,
  copySource: 0x4,
  copyDestination: 0x8,
  storage: 0x80,
  indirect: 0x100,
  queryResolve: 0x200,
} as const;

/** `GPUMapMode.READ`. */
export const MAP_MODE_READ = 0x1;
