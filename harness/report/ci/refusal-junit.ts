import type { PathProblem } from "../../pull-request/one-candidate.ts";
import { xmlAttribute, xmlText } from "./xml-text.ts";

/** A refused pull request for CI viewers: a failed test for each problem. `junit-xml.ts` handles graded ones. */
export function refusalJunit(problems: readonly PathProblem[]): string {
  const counts = `tests="${problems.length}" failures="${problems.length}" errors="0" time="0.000"`;
  const cases = problems.flatMap(({ path, reason }) => {
    const name = path === "" ? "pull request" : path;
    const place = path === "" ? "" : ` file="${xmlAttribute(path)}" line="1"`;
    return [
      `    <testcase name="${xmlAttribute(name)}" classname="pull request"${place} time="0.000">`,
      `      <failure type="refused" message="${xmlAttribute(reason)}">${xmlText(reason)}</failure>`,
      "    </testcase>",
    ];
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="kernelmark ci" ${counts}>`,
    `  <testsuite name="pull request" ${counts}>`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}
