#!/usr/bin/env node
import module from "node:module";
import { setFlagsFromString } from "node:v8";
import { buildIfStale } from "./build.js";
import { openFilesLimit } from "./open-files-limit.js";

/** Half as many are enough for one submission. */
const FEWEST_OPEN_FILES = 128;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Kernelmark needs Node 20.19 or newer, got ${process.versions.node}. Install it from https://nodejs.org.`,
  );
  process.exit(3);
}

// Some shells allow too few files for modules and processes, which fail in many ways.
const openFiles = openFilesLimit();
if (openFiles < FEWEST_OPEN_FILES) {
  console.error(
    `Error: Kernelmark needs ${FEWEST_OPEN_FILES} open files, but this shell allows ${openFiles}.\nRaise the limit: ulimit -n 1024`,
  );
  process.exit(2);
}

try {
  await buildIfStale();
} catch (error) {
  if (!error.errors) console.error(error.message);
  console.error("Kernelmark could not be built from its source. Fix the errors above, or run: npm ci");
  process.exit(3);
}

// By default, V8 lets garbage grow to several times what is in use: hundreds of megabytes with the run of a large class.
setFlagsFromString("--heap-growing-percent=30");

// From Node 22, compiled code is cached between starts.
module.enableCompileCache?.();
await import("../dist/harness/cli/main.js");
