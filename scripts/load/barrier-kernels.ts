import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { packageRoot } from "../../harness/files/package-root.ts";
import { type Entry, entry } from "../../harness/testing/corpus/entry.ts";

const FOLDER = "scripts/load/barriers";

/** Kernels with one workgroup and barriers per row, which are slowest on software adapters. */
export function barrierKernels(): Entry[] {
  return readdirSync(join(packageRoot(), FOLDER)).map((name) => {
    const file = `${FOLDER}/${name}`;
    return entry({
      ...{ corpus: "load", file, name: "barriers", task: basename(name, ".ts"), expect: "accepted" },
      idea: "gives each row a workgroup with barriers.",
      module: readFileSync(join(packageRoot(), file), "utf8"),
    });
  });
}
