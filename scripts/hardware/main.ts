// `npm run hardware -- [--page] <folder>…`: prints the tables of folders that scripts/hardware.sh wrote, one for each
// machine; `--page` writes them into docs/hardware.md.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../../harness/files/package-root.ts";
import { machinesText, withMachines } from "./page.ts";
import { readMachine } from "./read-machine.ts";

const { values, positionals } = parseArgs({
  options: { page: { type: "boolean", default: false } },
  allowPositionals: true,
});
if (positionals.length === 0) throw new Error("name the folders that scripts/hardware.sh wrote");
const machines = positionals.map(readMachine);

if (values.page) {
  const path = join(packageRoot(), "docs/hardware.md");
  writeFileSync(path, withMachines(readFileSync(path, "utf8"), machines));
} else console.log(machinesText(machines));
