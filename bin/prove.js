// Starts a proof, which its name tells: `node bin/prove.js mutate --task softmax`.
import { existsSync } from "node:fs";
import { buildIfStale } from "./build.js";

const [name] = process.argv.splice(2, 1);
await buildIfStale();
const program = new URL(`../dist/scripts/proofs/${name}.js`, import.meta.url);
if (!existsSync(program)) {
  console.error(`There is no proof "${name}". The proofs are mutate, honest and precision.`);
  process.exit(2);
}
await import(program.href);
