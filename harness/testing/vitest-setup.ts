import { findAdapter } from "../adapter/adapter.ts";

/** Sets the adapter's environment variables before tests load Dawn into their own process, as for users. */
export default async function setup(): Promise<void> {
  try {
    const adapter = await findAdapter();
    Object.assign(process.env, adapter.environment);
  } catch (error) {
    // Most tests need no adapter; those that do fail with their own message.
    console.warn(error instanceof Error ? error.message : error);
  }
}
