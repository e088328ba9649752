import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import { assignmentJsonSchema } from "../results/assignment-schema.ts";
import { resultsJsonSchema } from "../results/results-schema.ts";

// `npm run schema` runs this file to write the schemas instead of comparing them.
test.each([
  ["docs/assignment.schema.json", assignmentJsonSchema()],
  ["docs/results.schema.json", resultsJsonSchema()],
])("%s is up to date (otherwise run: npm run schema)", async (file, schema) => {
  await expect(formatJson(schema)).toMatchFileSnapshot(join(packageRoot(), file));
});

/** As Biome formats JSON: short lists of simple values in a line. */
function formatJson(value: object): string {
  const text = JSON.stringify(value, null, 2).replace(/^(.*)\[\s+([^[\]{}]*?)\s+\]/gm, (whole, start, items) => {
    const line = `${start}[${items.replace(/\s*\n\s*/g, " ")}]`;
    return line.length <= 120 ? line : whole;
  });
  return `${text}\n`;
}
