import { type Device, openDevice } from "../gpu/device.ts";
import { Compiler } from "../gpu/program.ts";
import type { Task } from "../task/task.ts";

/** A device, and what was compiled for it. */
export interface CompilingDevice {
  readonly device: Device;
  readonly compiler: Compiler;
}

/** @param features that the adapter has */
export async function openForTask({ spec }: Task, features: readonly string[]): Promise<CompilingDevice> {
  const device = await openDevice(features);
  const inputs = spec.inputs.map(({ name }) => name);
  return { device, compiler: new Compiler(device, inputs) };
}

/**
 * Devices that outlive judgements, so that modules which many kernels or seeds have in common are compiled once. Only
 * for trusted kernels: a submission could leave something behind for the next one.
 */
export class KeptDevices {
  readonly #opened = new Map<string, CompilingDevice>();

  async open(task: Task, features: readonly string[]): Promise<CompilingDevice> {
    const key = [task.spec.name, ...features].join(" ");
    let opened = this.#opened.get(key);
    if (opened === undefined || opened.device.lost.isLost) {
      opened = await openForTask(task, features);
      this.#opened.set(key, opened);
    }
    return opened;
  }
}
