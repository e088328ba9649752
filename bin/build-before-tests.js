import { buildIfStale } from "./build.js";

/** Builds dist/, so that tests start workers and the launcher from the current source. */
export default async function setup() {
  // A build error fails only those tests; esbuild has already printed it.
  await buildIfStale().catch((error) => console.warn(error.message));
}
