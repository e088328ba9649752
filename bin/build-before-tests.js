import { buildIfStale } from "./build.js";

/** Lets the tests that start workers, or the launcher, start the present code. */
export default async function setup() {
  // Source that cannot be built fails those tests only; esbuild has said why.
  await buildIfStale().catch((error) => console.warn(error.message));
}
