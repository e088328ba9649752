import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../files/package-root.ts";
import { type Block, markdownBlocks } from "./markdown-blocks.ts";
import type { Tutorial, TutorialStep, WrittenPage } from "./site-data.ts";

const TUTORIAL = { task: "softmax", family: "softmax" };
/** The heading of a step: `2. Subtract the maximum`. */
const STEP_HEADING = /^(\d+)\. (.+)$/;
/** A command, which the site does not need: its output follows. */
const COMMAND_LINE = /^\$ .*\n/;

/** Where pages of `docs/` are on the site. */
const PLACES: Readonly<Record<string, string>> = { "tutorial.md": "#/tutorial/1", "wgsl-for-cuda.md": "#/wgsl" };

/** Links named after their file, and what people call it. */
const LINK_NAMES = [
  [/\[tutorial\.md\]/g, "[the tutorial]"],
  [/\[tutorial\/step-\d\/softmax\.wgsl\]/g, "[The kernel]"],
] as const;

function placeOnSite(target: string): string | undefined {
  const step = /^tutorial\/step-(\d+)\//.exec(target)?.[1];
  return step === undefined ? PLACES[target] : `#/tutorial/${step}`;
}

/** `docs/wgsl-for-cuda.md` */
export async function wgslPage(): Promise<WrittenPage> {
  const [heading, ...blocks] = await readPage("wgsl-for-cuda.md");
  return { title: textOf(heading), blocks };
}

/** The steps of `docs/tutorial.md`, with their files. Sections without a number are about the command line. */
export async function tutorial(): Promise<Tutorial> {
  const [heading, ...blocks] = await readPage("tutorial.md");
  const steps: Promise<TutorialStep>[] = [];
  for (const section of sectionsOf(blocks)) {
    const [, number, title] = STEP_HEADING.exec(section.title) ?? [];
    if (title === undefined) continue;
    const fileOf = (name: string) => readDocument(`tutorial/step-${number}/${TUTORIAL.task}.${name}`);
    steps.push(
      Promise.all([fileOf("ts"), fileOf("wgsl")]).then(([module, kernel]) => ({
        ...{ title, kernel, blocks: section.blocks.map(withoutCommand) },
        // The verdict that the step's test expects is what the page is about to show.
        module: module.replace(/^\/\/ Expected verdict: .*\n/, ""),
      })),
    );
  }
  return { ...TUTORIAL, title: textOf(heading), steps: await Promise.all(steps) };
}

async function readPage(path: string): Promise<Block[]> {
  const text = await readDocument(path);
  const named = LINK_NAMES.reduce((said, [pattern, name]) => said.replaceAll(pattern, name), text);
  return markdownBlocks(named, placeOnSite);
}

function readDocument(path: string): Promise<string> {
  return readFile(join(packageRoot(), "docs", path), "utf8");
}

function sectionsOf(blocks: readonly Block[]): { readonly title: string; readonly blocks: Block[] }[] {
  const sections = [{ title: "", blocks: [] as Block[] }];
  for (const block of blocks) {
    if (block.kind === "heading" && block.depth === 2) sections.push({ title: textOf(block), blocks: [] });
    else sections.at(-1)!.blocks.push(block);
  }
  return sections;
}

function withoutCommand(block: Block): Block {
  return block.kind === "code" ? { ...block, text: block.text.replace(COMMAND_LINE, "") } : block;
}

function textOf(block: Block | undefined): string {
  if (block?.kind !== "heading") return "";
  return block.content.map((part) => (typeof part === "string" ? part : "")).join("");
}
