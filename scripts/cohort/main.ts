// `npm run cohort -- <folder>`: writes the made-up cohort of sixty in the layout of every platform, with its roster.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { LAYOUTS, writeCohort } from "./write-cohort.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("Name the folder to write: npm run cohort -- cohort");
  process.exitCode = 2;
} else {
  for (const layout of LAYOUTS) {
    const own = join(folder, layout);
    mkdirSync(own, { recursive: true });
    console.log(await writeCohort(layout, own));
  }
}
