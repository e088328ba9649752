import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";

// Commands that candidates copy must work in sh, cmd and PowerShell. npm scripts run in sh or cmd.

const read = (path: string) => readFileSync(join(packageRoot(), path), "utf8");

/** What one of the shells takes otherwise than the others. */
const UNPORTABLE: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["single quotes", /'/],
  ["a variable", /\$\w|%\w+%|^\w+=\S+ /],
  ["several commands", /;|\|\||&$/],
  ["a continued line", /[\\^`]$/],
  ["a comment", /\s#/],
  ["a program of one system", /(^|[|&] *)(rm|cp|mv|cat|grep|sed|export|set|source|bash|sh) /],
];
/** Windows PowerShell 5 has no `&&`; npm's own shells do. */
const AND: (typeof UNPORTABLE)[number] = ["&&", /&&/];

function faults(command: string, patterns = [...UNPORTABLE, AND]): string[] {
  return patterns.filter(([, pattern]) => pattern.test(command)).map(([what]) => `${what}: ${command}`);
}

const COMMAND = /^(?: {4}|\$ )((?:npx|npm|node|kernelmark) .*)$/gm;
const PAGES = ["candidates", "tutorial", "macos-and-windows", "wgsl-for-cuda", "reading-a-verdict"];
const COMMANDS = ["bench", "check", "doctor", "hint", "init", "oracle", "tasks"];

describe("commands can be typed into any shell", () => {
  it.each(PAGES)("of docs/%s.md", (page) => {
    const commands = [...read(`docs/${page}.md`).matchAll(COMMAND)].map(([, command]) => command!);
    if (page !== "wgsl-for-cuda") expect(commands.length).toBeGreaterThan(0);
    expect(commands.flatMap((command) => faults(command))).toEqual([]);
  });

  it.each(COMMANDS)("of the examples of `%s --help`", (name) => {
    const examples = [...read(`harness/cli/${name}.ts`).matchAll(/\.example\((["'])\$0 (.*?)\1,/g)];
    expect(examples.length).toBeGreaterThan(0);
    expect(examples.flatMap(([, , command]) => faults(command!))).toEqual([]);
  });

  it("of package.json's scripts, which npm runs with cmd on Windows", () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read("package.json"));
    expect(Object.values(scripts).flatMap((script) => faults(script, [...UNPORTABLE]))).toEqual([]);
  });

  it.each([
    ["NAME=value npx kernelmark doctor", "a variable"],
    ["npx kernelmark init --next 'first steps'", "single quotes"],
    ["npm ci && npm test", "&&"],
    ["npx kernelmark check a.ts \\", "a continued line"],
    ["npm run grade # all", "a comment"],
  ])("which %s cannot", (command, what) => {
    expect(faults(command)).toEqual([`${what}: ${command}`]);
  });
});
