import { plainMessage } from "./program.ts";

/** The first error message of each kind, if any. */
export interface GpuErrors {
  readonly exhausted: string | undefined;
  readonly invalid: string | undefined;
}

/** Catches the device's errors until {@link popErrorScopes}. */
export function pushErrorScopes(gpu: GPUDevice): void {
  gpu.pushErrorScope("out-of-memory");
  gpu.pushErrorScope("validation");
}

/** Ends the scopes of {@link pushErrorScopes} as soon as it is called. Fails if the device is lost. */
export async function popErrorScopes(gpu: GPUDevice): Promise<GpuErrors> {
  const [invalid, exhausted] = await Promise.all([gpu.popErrorScope(), gpu.popErrorScope()]);
  return { exhausted: messageOf(exhausted), invalid: messageOf(invalid) };
}

export function noRoomMessage(message: string): string {
  return `The GPU cannot hold the buffers: ${message}`;
}

function messageOf(error: GPUError | null): string | undefined {
  return error === null ? undefined : plainMessage(error.message);
}
