// Starts the named proof: `node bin/prove.js mutate --task softmax`.
import { existsSync } from "node:fs";
import { buildIfStale } from "./build.js";

const [name] = process.argv.splice(2, 1);
await buildIfStale();
const program = new URL(`../dist/scripts/proofs/${name}.js`, import.meta.url);
if (!existsSync(program)) {
  console.error(`Unknown proof "${name}". Use mutate, honest or precision.`);
  process.exit(2);
}
await import(program.href);
