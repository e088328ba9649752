import { findAdapter } from "../adapter/adapter.ts";

/** Lets tests that load Dawn into their own process use the adapter that users get: its variables must be set before. */
export default async function setup(): Promise<void> {
  try {
    const adapter = await findAdapter();
    Object.assign(process.env, adapter.environment);
  } catch (error) {
    // Most tests need no adapter; those that do will fail by themselves.
    console.warn(error instanceof Error ? error.message : error);
  }
}
