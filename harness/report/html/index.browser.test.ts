import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { largeRun } from "../../../scripts/bench/large-run.ts";
import { loadTasks } from "../../catalog/load.ts";
import { marksOf } from "../../marks/results-marks.ts";
import type { Results } from "../../results/results.ts";
import type { SimilarMember, SimilarWork } from "../../similarity/similar-work.ts";
import { launchChromium } from "../../testing/chromium.ts";
import { HOSTILE_NAMES, hostileRun } from "../../testing/hostile-run.ts";
import { madeUpNotTaken } from "../../testing/made-up-run.ts";
import { printable } from "../../text/printable.ts";
import { markRun } from "../mark-run.ts";
import { indexHtml } from "./index-html.ts";
import { leaderboardHtml } from "./leaderboard-html.ts";

const CANDIDATES = 24;
/** More than are rendered at first, and more than a plot names. */
const LONG = 130;
const TASKS = ["attention", "gmm-e-step", "matmul-int8", "softmax"];

let browser: Browser;
let folder: string;
let run: Results;
const pages = { usual: "", hostile: "", long: "", leaderboard: "" };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kernelmark-"));
  const tasks = (await loadTasks()).filter(({ spec }) => TASKS.includes(spec.name));
  run = withFindings(largeRun(tasks, CANDIDATES));
  pages.usual = await writePage(run, "usual");
  pages.hostile = await writePage(hostileRun(largeRun(tasks, HOSTILE_NAMES.length)), "hostile");
  const softmax = tasks.filter(({ spec }) => spec.name === "softmax");
  pages.long = await writePage(largeRun(softmax, LONG), "long");
  const [leaderboard] = await leaderboardHtml.write(markRun(run), folder);
  pages.leaderboard = pathToFileURL(leaderboard!).href;
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Findings of a wrong and of a slow attempt, and a warning of the run. */
function withFindings(made: Results): Results {
  const found = { kind: "made-up", isGuess: false } as const;
  const seen = ["First.", "It is <i>wrong</i> where rows is 7."].map((sentence) => ({
    ...{ ...found, aspect: "where", sentence },
  })) as Results["attempts"][number]["findings"];
  const bounds = [{ ...found, aspect: "speed", sentence: "On small, memory bounds it." }] as const;
  const attempts = made.attempts.map((attempt) => ({
    ...attempt,
    findings: attempt.verdict === "wrong-answer" ? seen : [],
    measurement:
      attempt.measurement?.state === "measured" ? { ...attempt.measurement, findings: bounds } : attempt.measurement,
  }));
  const accepted = made.attempts.find(({ verdict }) => verdict === "accepted")!;
  const builtInCode = [{ candidate: accepted.candidate, task: accepted.task, source: "tuned", isVerbatim: true }];
  const notTaken = [madeUpNotTaken(made.attempts[0]!.candidate, "my_<b>softmax</b>.ts", "softmax")];
  const refused = [{ path: "eve/x.ts", reason: "it is a link" }];
  return { ...made, attempts, remarks: ["A remark."], refused, notTaken, builtInCode };
}

async function writePage(results: Results, name: string): Promise<string> {
  await mkdir(join(folder, name));
  const [path] = await indexHtml.write(
    { ...markRun(results), similar: async () => someGroup(results) },
    join(folder, name),
  );
  return pathToFileURL(path!).href;
}

const EARLIER = {
  name: "softmax.wgsl",
  text: Array.from({ length: 12 }, (_, at) => `earlier line ${at + 1}`).join("\n"),
};

/** Two candidates and one of an earlier cohort with a softmax, and lines marked as similar. */
function someGroup({ attempts }: Results): SimilarWork {
  const own = attempts.filter(({ task, files }) => task === "softmax" && files.length > 0).slice(0, 2);
  const members = [
    ...own.map(({ candidate, files }, variant) => ({ candidate, cohort: null, variant, files })),
    { candidate: "zoe", cohort: "2025", variant: 2, files: [EARLIER] },
  ];
  const lines = (fromLine: number) => ({ file: "softmax.wgsl", fromLine, toLine: fromLine + 2 });
  const fragments = [{ a: lines(4), b: lines(7), tokens: 60 }];
  const pairs = [
    { a: 0, b: 1, similarity: 0.8, longestFragment: 60, fragments },
    { a: 0, b: 2, similarity: 0.7, longestFragment: 60, fragments },
  ];
  const group = { task: "softmax", members, highest: 0.8, lowest: 0.6, pairs, omittedPairs: 1 };
  return { groups: [group], omittedGroups: 3, omittedPairs: 5 };
}

/** Requests and errors of the page in the current test. */
const requests: string[] = [];
const complaints: string[] = [];

async function open(hash: string, options: BrowserContextOptions = {}, address = pages.usual): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.on("requestfinished", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(address + hash);
  await page.locator("h1").waitFor();
  return page;
}

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  const [asked, complained] = [requests.splice(0), complaints.splice(0)];
  expect(complained).toEqual([]);
  for (const address of asked) expect(address).toMatch(/^(file:.*\/(index|leaderboard)\.html(#.*)?|data:,)$/);
});

const rowsOf = (page: Page) => page.locator(".leaderboard tbody tr");
const peopleOf = (page: Page) => page.locator(".leaderboard tbody th a").allInnerTexts();
const foldersOf = (page: Page) => page.locator(".leaderboard tbody th .folder").allTextContents().then(trimmed);
const trimmed = (texts: string[]) => texts.map((text) => text.trim());
const collator = new Intl.Collator(undefined, { numeric: true });
const header = (page: Page, name: string) => page.locator(".leaderboard thead th", { hasText: name });

/** Their name on the roster; one of an earlier cohort has none. */
function personOf(candidate: string): string {
  return run.roster.find((entry) => entry.candidate === candidate)?.name ?? candidate;
}

/** An attempt with this verdict. */
function attemptWith(verdict: string) {
  return run.attempts.find((attempt) => attempt.verdict === verdict)!;
}

const hashOf = ({ candidate, task }: { candidate: string; task: string }) => `#/${candidate}/${task}`;

/** Every kind of view. */
function views(): string[] {
  const verdicts = [...new Set(run.attempts.map(({ verdict }) => verdict))];
  const attempts = verdicts.map((verdict) => hashOf(attemptWith(verdict)));
  return [
    "#/",
    "#tasks",
    "#task/softmax",
    "#mistakes",
    "#mistakes/softmax",
    "#similar",
    "#similar/1/2",
    "#run",
    `#/${run.attempts[0]!.candidate}`,
    ...attempts,
    "#/nobody",
  ];
}

async function ready(page: Page): Promise<void> {
  await page.locator("main section").first().waitFor();
  if (/^#\/[^?]+\//.test(new URL(page.url()).hash)) await page.getByRole("heading", { name: "Facts" }).waitFor();
  // Plots are drawn after the text.
  const undrawn = () => page.locator(".plot .scroll > div:empty").count();
  await expect.poll(undrawn).toBe(0);
}

test("what needs a person comes first, with links to candidates", async () => {
  const page = await open("#/");
  await expect.poll(() => page.locator("main h2").first().textContent()).toBe("Needs a person");
  const needs = page.getByRole("region", { name: "Needs a person" });
  await expect
    .poll(() => needs.locator("summary").allInnerTexts())
    .toEqual(["Refused 1 item", "Found, but not graded 1 item", "Code that comes with Kernelmark 1 item"]);
  const item = needs.locator("li", { hasText: "my_<b>softmax</b>.ts: Its name is not that of a task." });
  expect(await item.locator("code").allTextContents()).toEqual(["softmax.ts"]);
  const person = personOf(run.attempts[0]!.candidate);
  await item.getByRole("link", { name: person }).click();
  await expect.poll(() => page.locator("h1").textContent()).toBe(person);
  const files = page.locator("section", { has: page.getByRole("heading", { name: "Not graded" }) });
  await expect
    .poll(() => files.locator("li").allTextContents())
    .toEqual([
      expect.stringMatching(/\/my_<b>softmax<\/b>\.ts: Its name is not that of a task\. Rename it to softmax\.ts\.$/),
    ]);
});

describe("the leaderboard", () => {
  test("has all candidates, the best first", async () => {
    const page = await open("#/");
    await expect.poll(() => rowsOf(page).count()).toBe(CANDIDATES);
    const best = marksOf(run).candidates.reduce((a, b) => (b.points > a.points ? b : a));
    expect((await foldersOf(page))[0]).toBe(best.candidate);
    expect((await peopleOf(page))[0]).toBe(personOf(best.candidate));
  });

  test("gives one median, also if it is between two candidates", async () => {
    const page = await open("#/");
    const points = marksOf(run)
      .candidates.map((candidate) => candidate.points)
      .sort((a, b) => a - b);
    const middle = (points[CANDIDATES / 2 - 1]! + points[CANDIDATES / 2]!) / 2;
    const shown = await page.locator("dl div", { hasText: "Median" }).locator("strong").textContent();
    expect(Number(shown)).toBeCloseTo(middle, 2);
    const plot = page.getByRole("img", { name: /^Histogram/ });
    expect(await plot.getAttribute("aria-label")).toContain(`the median is ${shown} of`);
  });

  test("has all candidates of a large run, in any order", async () => {
    const page = await open("#/", {}, pages.long);
    await expect.poll(() => rowsOf(page).count()).toBe(LONG);
    await header(page, "Candidate").getByRole("button").click();
    await expect.poll(() => rowsOf(page).count()).toBe(LONG);
    const names = await peopleOf(page);
    expect(names).toEqual([...names].sort(collator.compare));
  });

  test("is sorted by name and by task, in both directions", async () => {
    const page = await open("#/");
    await header(page, "Candidate").getByRole("button").click();
    const names = await peopleOf(page);
    expect(names).toEqual([...names].sort(collator.compare));
    expect(await header(page, "Candidate").getAttribute("aria-sort")).toBe("ascending");
    await header(page, "Candidate").getByRole("button").click();
    expect(await peopleOf(page)).toEqual(names.reverse());
    await header(page, "softmax").getByRole("button").click();
    const points = await page.locator(".leaderboard tbody td:last-child .points").allInnerTexts();
    expect(points.map(Number)).toEqual(points.map(Number).sort((a, b) => b - a));
    expect(await header(page, "Candidate").getAttribute("aria-sort")).toBeNull();
  });

  test("is filtered by name, task and verdict, also in its address", async () => {
    const page = await open("#/");
    const { candidate } = run.attempts[3]!;
    await page.getByLabel("Name").fill(candidate.toUpperCase());
    expect(await foldersOf(page)).toEqual([candidate]);
    await page.getByLabel("Name").fill("");
    await page.getByRole("combobox", { name: "Task" }).selectOption("softmax");
    await page.getByRole("combobox", { name: "Verdict" }).selectOption("wrong-answer");
    const wrong = run.attempts.filter(({ task, verdict }) => task === "softmax" && verdict === "wrong-answer");
    expect((await foldersOf(page)).sort()).toEqual(wrong.map((attempt) => attempt.candidate).sort());
    expect(await page.getByRole("status").textContent()).toBe(`${wrong.length} of ${CANDIDATES}`);
    await page.reload();
    await expect.poll(() => rowsOf(page).count()).toBe(wrong.length);
    await page.getByLabel("Name").fill("nobody at all");
    expect(await page.getByText("No match").isVisible()).toBe(true);
  });
});

describe("people", () => {
  test("are found without regard to accents and case, and filtered by section", async () => {
    const page = await open("#/");
    const named = run.roster.filter(({ name }) => name.startsWith("Søren "));
    expect(named.length).toBeGreaterThan(1);
    await page.getByLabel("Name").fill("SOREN");
    const folders = (entries: typeof named) => entries.map(({ candidate }) => candidate).sort();
    expect((await foldersOf(page)).sort()).toEqual(folders(named));
    const { section } = named[0]!;
    await page.getByRole("combobox", { name: "Section" }).selectOption(section);
    const both = named.filter((entry) => entry.section === section);
    expect((await foldersOf(page)).sort()).toEqual(folders(both));
    await page.reload();
    await expect.poll(() => rowsOf(page).count()).toBe(both.length);
  });

  test("have a page with their folder, section and code", async () => {
    const { candidate, name, section } = run.roster[2]!;
    const page = await open(`#/${candidate}`);
    expect(await page.locator("h1").textContent()).toBe(name);
    const code = markRun(run).codes.get(candidate)!;
    const about = `Folder ${candidate} · Section ${section} · ${code} on the leaderboard`;
    await page.getByText(about, { exact: true }).waitFor();
  });
});

describe("a task of many candidates", () => {
  test.each([
    [360, 740],
    [1280, 900],
  ])("begins with what matters, and shows all speeds on two screens of %d × %d", async (width, height) => {
    const page = await open("#task/softmax", { viewport: { width, height } }, pages.long);
    await ready(page);
    expect(await page.locator("h2").allInnerTexts()).toEqual(["Commonest mistakes", "Speed", "Roofline", "Attempts"]);
    const top = (name: string) =>
      page.getByRole("heading", { name, exact: true }).evaluate((heading) => heading.getBoundingClientRect().top);
    const measured = await page.locator("figure.plot").first().locator("circle").count();
    const speeds = measured / 3;
    expect(speeds).toBeGreaterThan(LONG / 2);
    expect((await top("Attempts")) - (await top("Speed"))).toBeLessThan(2 * height);
    await page.getByRole("button", { name: "Show the fastest 40 with names" }).click();
    await page.getByRole("button", { name: `Show all ${speeds}` }).waitFor();
    const named = page.locator("[aria-label='y-axis tick label']").first().locator("text");
    await expect.poll(() => named.count()).toBe(40);
    expect((await top("Attempts")) - (await top("Speed"))).toBeLessThan(2 * height);
    await expect.poll(() => page.locator("table tbody tr").count()).toBe(LONG);
  });
});

describe("mistakes", () => {
  const failing = (task?: string) =>
    run.attempts
      .filter(({ verdict }) => verdict !== "accepted" && verdict !== "missing")
      .filter((attempt) => task === undefined || attempt.task === task)
      .map(hashOf);
  const listed = (page: Page) =>
    page.locator(".cards .names a").evaluateAll((links) => links.map((link) => link.getAttribute("href")!));

  test("have every failing attempt once", async () => {
    const page = await open("#mistakes");
    await page.getByRole("button", { name: /^Show all \d+ groups$/ }).click();
    expect((await listed(page)).sort()).toEqual(failing().sort());
  });

  test("are filtered by task, also in the address", async () => {
    const page = await open("#mistakes");
    await page.getByLabel("Task").selectOption("attention");
    await expect.poll(() => listed(page).then((links) => links.length)).toBe(failing("attention").length);
    expect((await listed(page)).sort()).toEqual(failing("attention").sort());
    expect(new URL(page.url()).hash).toBe("#mistakes/attention");
    await page.goto(`${pages.usual}#task/softmax`);
    await page.getByRole("link", { name: /^All \d+ groups/ }).click();
    await expect.poll(() => listed(page).then((links) => links.sort())).toEqual(failing("softmax").sort());
  });
});

describe("links", () => {
  test("lead to an attempt, and the back button returns to the filters", async () => {
    const page = await open("#/");
    const { candidate } = run.attempts[5]!;
    await page.getByLabel("Name").fill(candidate);
    await page.locator(".leaderboard td.mark a").last().click();
    const attempt = run.attempts.find((one) => one.candidate === candidate && one.task === "softmax")!;
    await page.getByRole("heading", { level: 1, name: `${personOf(candidate)} · softmax` }).waitFor();
    expect(new URL(page.url()).hash).toBe(hashOf(attempt));
    expect(await page.title()).toContain("softmax");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
    await page.goBack();
    expect(await foldersOf(page)).toEqual([candidate]);
  });

  test("can be shared", async () => {
    const attempt = attemptWith("wrong-answer");
    const page = await open(hashOf(attempt));
    await ready(page);
    await page.getByText(attempt.message.replaceAll("`", ""), { exact: true }).first().waitFor();
    const source = attempt.files.at(-1)!;
    expect(await page.locator(".code li code").first().textContent()).toBe(source.text.split("\n")[0]);
    if (attempt.mistake) await page.getByText(attempt.mistake.about.replaceAll("`", "")).first().waitFor();
  });

  test("show findings of a wrong answer, bottlenecks of a measured one, and warnings of the run", async () => {
    const wrong = await open(hashOf(attemptWith("wrong-answer")));
    await wrong.getByText("It is <i>wrong</i> where rows is 7.", { exact: true }).waitFor();
    const measured = run.attempts.find(({ measurement }) => measurement?.state === "measured")!;
    const slow = await open(hashOf(measured));
    await slow.getByText("On small, memory bounds it.", { exact: true }).waitFor();
    const facts = await open("#run");
    await facts.getByText("A remark.", { exact: true }).waitFor();
    await facts.getByText("eve/x.ts: it is a link", { exact: true }).waitFor();
  });

  test("to unknown candidates say so", async () => {
    const page = await open("#/nobody/softmax");
    expect(await page.locator("main").textContent()).toContain("This run has no candidate named nobody");
  });

  test("mark the offending line of a compile error", async () => {
    const attempt = attemptWith("compile-error");
    if (attempt.evidence?.kind !== "source") throw new Error("the made-up run has no place for it");
    const page = await open(hashOf(attempt));
    await ready(page);
    const { line, file } = attempt.evidence;
    const text = attempt.files.find(({ name }) => name === file)!.text.split("\n")[line - 1]!;
    expect((await page.locator(".code li.marked code").allTextContents()).map((one) => one.trim())).toEqual([
      text.trim(),
    ]);
  });
});

describe("similar submissions", () => {
  test("are shown side by side, with similar lines marked", async () => {
    const page = await open("#similar");
    await page.getByText("3 less similar groups are not listed, with 5 pairs").waitFor();
    await page.getByRole("link", { name: "zoe (2025)" }).click();
    expect(new URL(page.url()).hash).toBe("#similar/1/1");
    await page.getByText("1 less similar pairs are not listed.").waitFor();
    const [a, b, zoe] = someGroup(run).groups[0]!.members;
    await expectSideBySide(page, [
      [0, a!, 4],
      [1, b!, 7],
    ]);
    await page.getByRole("link", { name: "and zoe (2025)" }).click();
    expect(new URL(page.url()).hash).toBe("#similar/1/2");
    await expectSideBySide(page, [
      [0, a!, 4],
      [1, zoe!, 7],
    ]);
  });

  async function expectSideBySide(
    page: Page,
    sides: readonly (readonly [number, SimilarMember, number])[],
  ): Promise<void> {
    for (const [side, { candidate, files }, fromLine] of sides) {
      await page
        .locator(".compare > section")
        .nth(side)
        .locator("h2", { hasText: personOf(candidate) })
        .waitFor();
      const lines = files.find(({ name }) => name === "softmax.wgsl")!.text.split("\n");
      const marked = page.locator(".compare > section").nth(side).locator(".code li.marked code");
      // The page of the pair before may still be shown.
      await expect
        .poll(() => marked.allTextContents().then(trimmed))
        .toEqual(lines.slice(fromLine - 1, fromLine + 2).map((line) => line.trim()));
    }
  }

  test("list code that comes with Kernelmark", async () => {
    const page = await open("#similar");
    const row = page.getByRole("row", { name: personOf(attemptWith("accepted").candidate) });
    await row.getByText("the tuned kernel").waitFor();
  });
});

describe("the keyboard", () => {
  test("skips to the content, sorts, and opens an attempt", async () => {
    const page = await open("#/");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe("Skip to content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    await header(page, "Candidate").getByRole("button").focus();
    await page.keyboard.press("Enter");
    expect(await header(page, "Candidate").getAttribute("aria-sort")).toBe("ascending");
    await page.locator(".leaderboard td.mark a").first().focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Facts" }).waitFor();
  });

  test("chooses a file, and reaches every scrollable region", async () => {
    const page = await open(hashOf(attemptWith("accepted")));
    await ready(page);
    const first = await page.locator(".code").getAttribute("aria-label");
    await page.locator(".choice input:checked").focus();
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => page.locator(".code").getAttribute("aria-label")).not.toBe(first);
    await page.locator(".code").focus();
    expect(await page.evaluate(() => document.activeElement?.className)).toBe("code");
  });
});

/** Tick labels of all plots that touch another of the same axis, or that are cut off. */
function brokenLabels(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const broken: string[] = [];
    for (const svg of document.querySelectorAll(".plot svg:not([class*='legend'])")) {
      const frame = svg.closest(".scroll")!.getBoundingClientRect();
      for (const axis of svg.querySelectorAll("[aria-label$='tick label']")) {
        const labels = [...axis.querySelectorAll("text")].map((text) => ({
          text: text.textContent,
          box: text.getBoundingClientRect(),
        }));
        for (const [place, { text, box }] of labels.entries()) {
          if (box.left < frame.left - 0.5 || box.right > frame.right + 0.5) broken.push(`${text} is cut off`);
          const touching = labels
            .slice(place + 1)
            .filter(({ box: other }) => other.left < box.right && box.left < other.right)
            .filter(({ box: other }) => other.top + 2 < box.bottom && box.top + 2 < other.bottom);
          broken.push(...touching.map((other) => `${text} and ${other.text} touch`));
        }
      }
    }
    return broken;
  });
}

describe("plots", () => {
  test.each([360, 768, 1280])("have labels that neither touch nor end, on a screen of %d pixels", async (width) => {
    const views = ["#/", "#task/softmax", "#task/attention", hashOf(attemptWith("accepted"))];
    for (const [hash, address] of [...views.map((view) => [view, pages.usual]), ["#task/softmax", pages.long]]) {
      const page = await open(hash!, { viewport: { width, height: 900 } }, address);
      await ready(page);
      expect(await page.locator(".plot [aria-label$='tick label'] text").count()).toBeGreaterThan(2);
      expect([hash, await brokenLabels(page)]).toEqual([hash, []]);
      await page.context().close();
    }
  });
});

describe("a table wider than the screen", () => {
  test("shows that more lies to the right, until it has been seen", async () => {
    const page = await open("#/", { viewport: { width: 360, height: 740 }, reducedMotion: "reduce" });
    const more = page.getByRole("button", { name: "More columns" });
    const last = page.locator(".leaderboard thead th").last();
    const end = () => last.evaluate((cell) => cell.getBoundingClientRect().right);
    expect(await end()).toBeGreaterThan(360);
    while ((await end()) > 360) await more.click();
    await expect.poll(() => more.count()).toBe(0);
    const wide = await open("#/");
    await ready(wide);
    expect(await wide.getByRole("button", { name: "More columns" }).count()).toBe(0);
  });
});

describe("on a narrow screen", () => {
  test("rows are no taller than what they show", async () => {
    for (const hash of views()) {
      const page = await open(hash, { viewport: { width: 360, height: 740 } });
      await ready(page);
      const blank = await page.locator("tr").evaluateAll((rows) =>
        rows.flatMap((row) => {
          const range = document.createRange();
          const frame = row.closest(".scroll")?.getBoundingClientRect() ?? row.getBoundingClientRect();
          const seen = [...row.children].flatMap((cell) => {
            range.selectNodeContents(cell);
            return [...range.getClientRects()].filter(({ left, width }) => width > 1 && left < frame.right);
          });
          const shown = Math.max(...seen.map(({ bottom }) => bottom)) - Math.min(...seen.map(({ top }) => top));
          const { height } = row.getBoundingClientRect();
          return height > 0 && height - shown > 24 ? [`${Math.round(height - shown)} blank: ${row.textContent}`] : [];
        }),
      );
      expect([hash, blank]).toEqual([hash, []]);
      await page.context().close();
    }
  });

  test("no view is wider than the screen", async () => {
    for (const hash of views()) {
      const page = await open(hash, { viewport: { width: 360, height: 740 } });
      await ready(page);
      expect([hash, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([hash, 360]);
      await page.context().close();
    }
  });
});

const lightness = (page: Page) =>
  page.evaluate(() => {
    const context = document.createElement("canvas").getContext("2d")!;
    context.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
    context.fillRect(0, 0, 1, 1);
    return context.getImageData(0, 0, 1, 1).data[0]!;
  });

describe("light and dark", () => {
  test("follow the system, unless chosen by hand", async () => {
    const page = await open("#/", { colorScheme: "dark" });
    expect(await lightness(page)).toBeLessThan(40);
    await page.getByLabel("Colours").selectOption("light");
    expect(await lightness(page)).toBe(255);
    await page.reload();
    await page.locator("h1").waitFor();
    expect(await lightness(page)).toBe(255);
  });
});

describe("printed", () => {
  test("it is light, complete, and without controls", async () => {
    const page = await open(hashOf(attemptWith("accepted")), { colorScheme: "dark" });
    await ready(page);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await lightness(page)).toBe(255);
    expect(await page.locator("nav").isVisible()).toBe(false);
    const isCut = await page.locator(".code").evaluate((code) => code.scrollHeight > code.clientHeight + 1);
    expect(isCut).toBe(false);
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(10_000);
  });
});

describe("nothing leaves the page", () => {
  test("its policy refuses requests, and scripts that are not its own", async () => {
    let visits = 0;
    const server = createServer((_, response) => {
      visits++;
      response.end();
    });
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const page = await open("#/");
    const refused = await page.evaluate(async (outside) => {
      const script = document.createElement("script");
      script.textContent = "window.obeyed = 1";
      const image = new Image();
      const failed = new Promise((settle) => image.addEventListener("error", settle));
      image.src = outside;
      document.body.append(script, image);
      await failed;
      const fetched = await fetch(outside, { mode: "no-cors" }).then(
        () => "fetched",
        () => "refused",
      );
      return [fetched, "obeyed" in window];
    }, address);
    server.close();
    expect(refused).toEqual(["refused", false]);
    expect(visits).toBe(0);
    expect(complaints.splice(0).join("\n")).toContain("Content Security Policy");
  });
});

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    // Set by the script above.
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run();
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map(({ html }) => html)
          .join(" ")}`,
    );
  });
}

describe("accessibility", () => {
  test.each(["light", "dark"] as const)("no view has violations in the %s", async (colorScheme) => {
    for (const hash of views()) {
      const page = await open(hash, { colorScheme });
      await ready(page);
      expect([hash, await violations(page)]).toEqual([hash, []]);
      await page.context().close();
    }
  });

  test("no view has violations on a narrow screen", async () => {
    for (const hash of views()) {
      const page = await open(hash, { viewport: { width: 360, height: 740 } });
      await ready(page);
      expect([hash, await violations(page)]).toEqual([hash, []]);
      await page.context().close();
    }
  });
});

describe("the leaderboard for everyone", () => {
  test.each(["light", "dark"] as const)("is accessible and fits a narrow screen, %s", async (colorScheme) => {
    // The page's policy would block axe, which is a script.
    const options = { colorScheme, viewport: { width: 360, height: 740 }, bypassCSP: true };
    const page = await open("", options, pages.leaderboard);
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.getByRole("link", { name: "softmax" }).click();
    const code = page.locator("#task-softmax tbody th").first();
    const codes = [...markRun(run).codes.values()];
    expect(codes).toContain(await code.textContent());
  });
});

describe("hostile submissions", () => {
  test("are escaped, and run nothing", async () => {
    const page = await open("#/", {}, pages.hostile);
    await expect.poll(() => rowsOf(page).count()).toBe(HOSTILE_NAMES.length);
    const shown = await foldersOf(page);
    for (const name of HOSTILE_NAMES) expect(shown).toContain(printable(name));
    for (let place = 0; place < HOSTILE_NAMES.length; place++) {
      await rowsOf(page).nth(place).locator("td.mark a").last().click();
      await page.getByRole("heading", { name: "Facts" }).waitFor();
      expect(await page.locator("main").textContent()).toContain("</script><script>window.obeyed=5</script>");
      await page.goBack();
      await expect.poll(() => rowsOf(page).count()).toBe(HOSTILE_NAMES.length);
    }
    const harm = await page.evaluate(() => ({
      isObeyed: "obeyed" in window,
      elements: document.querySelectorAll("main img, main script, main svg[onload], main b").length,
      foreignLinks: [...document.querySelectorAll("a")].filter((a) => !a.getAttribute("href")!.startsWith("#")).length,
    }));
    expect(harm).toEqual({ isObeyed: false, elements: 0, foreignLinks: 0 });
  });

  test("are not wider than a narrow screen", async () => {
    const page = await open("#/", { viewport: { width: 360, height: 740 } }, pages.hostile);
    await expect.poll(() => rowsOf(page).count()).toBe(HOSTILE_NAMES.length);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
});
