// Row 2: reads the expected values from where the harness keeps them.
// From: pygpubench, folder exploits (fd_overwrite, gc_copy)

import { readdirSync, readFileSync } from "fs";
import { tmpdir } from "os";

export default function plan() {
  const folder = readdirSync(tmpdir()).find((name) => name.startsWith("kernelmark-"));
  return {
    passes: [{ code: readFileSync(`${folder}/attention/0.reference`, "utf8"), bindings: ["out"], workgroups: [1] }],
  };
}
