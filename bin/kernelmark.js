#!/usr/bin/env node
import module from "node:module";
import { buildIfStale } from "./build.js";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Kernelmark needs Node 20.19 or newer, and this is ${process.versions.node}. Get it from https://nodejs.org.`,
  );
  process.exit(3);
}

try {
  await buildIfStale();
} catch (error) {
  if (!error.errors) console.error(error.message);
  console.error("Kernelmark could not be built from its source. Mend what is named above, or run: npm ci");
  process.exit(3);
}

// From Node 22 on, compiled code is kept between starts.
module.enableCompileCache?.();
await import("../dist/harness/cli/main.js");
