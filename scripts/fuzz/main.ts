// `npm run fuzz`: gives every reader of untrusted input ten thousand malformed inputs, and prints each outcome.
// `npm run fuzz -- 500 42 plans` gives 500, generated from seed 42, to one target.
import { randomInt } from "node:crypto";
import { markdownTable } from "../proofs/table.ts";
import { fuzzTargets } from "./targets.ts";

const [count = "10000", seedText = String(randomInt(2 ** 31)), only] = process.argv.slice(2);
const seed = Number(seedText);
process.on("unhandledRejection", (error) => {
  console.error("!! unhandled rejection:", error);
  process.exit(1);
});

const rows: string[][] = [];
for (const target of fuzzTargets()) {
  if (only !== undefined && target.name !== only) continue;
  const startMs = performance.now();
  let outcome = "every input was answered";
  let slowest = "";
  try {
    slowest = (await target.run(Number(count), seed)).toFixed(0);
  } catch (error) {
    outcome = "FAILED";
    process.exitCode = 1;
    console.error(
      `!! ${target.name}: ${(error as Error).message}\n${String((error as { cause?: Error }).cause?.stack ?? "")}`,
    );
  }
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.error(`${target.name}: ${outcome}, ${seconds} s`);
  rows.push([target.name, count, seconds, slowest, outcome]);
}
console.log(
  `${markdownTable(["target", "inputs", "seconds", "slowest answer (ms)", "outcome"], rows)}\n\nseed ${seed}`,
);
process.exit();
