import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { addedTasks } from "../catalog/added-tasks.ts";
import { loadSound } from "../catalog/load.ts";
import { packageRoot } from "../files/package-root.ts";
import { learningPath } from "../task/learning-path.ts";
import { UserError } from "../text/user-error.ts";
import { catalogueOf, taskPageData } from "./site-data.ts";
import { CONTENT_SECURITY_POLICY } from "./site-headers.ts";
import { tutorial, wgslPage } from "./written-pages.ts";

/** A file of the site. */
export interface SiteFile {
  /** Relative to the site, with `/` between folders. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** All files of the site: static, for any web server. Added tasks are left out: their code is in no bundle. */
export async function siteFiles(): Promise<SiteFile[]> {
  const { tasks } = await loadSound();
  const added = new Set(addedTasks().map(({ name }) => name));
  const own = tasks.filter(({ spec }) => !added.has(spec.name));
  const catalogue = catalogueOf(learningPath(own.map(({ spec }) => spec)));
  return withOffline([
    { path: "index.html", content: indexHtml() },
    { path: "catalogue.json", content: JSON.stringify(catalogue) },
    ...own.map((task) => ({ path: `tasks/${task.spec.name}.json`, content: JSON.stringify(taskPageData(task)) })),
    { path: "tutorial.json", content: JSON.stringify(await tutorial()) },
    { path: "wgsl.json", content: JSON.stringify(await wgslPage()) },
    ...(await builtFiles()),
  ]);
}

/** The service worker, which lists all files. */
export const OFFLINE = "offline.js";

/** Completes the service worker with the list of all other files, and a version that changes with any of them. */
function withOffline(files: readonly SiteFile[]): SiteFile[] {
  const others = files.filter(({ path }) => path !== OFFLINE);
  const hash = createHash("sha256");
  for (const { path, content } of others) hash.update(`${path} ${Buffer.byteLength(content)}\n`).update(content);
  const site = { version: hash.digest("hex").slice(0, 16), paths: ["./", ...others.map(({ path }) => path)] };
  const script = files.find(({ path }) => path === OFFLINE)!.content;
  return [...others, { path: OFFLINE, content: `const SITE = ${JSON.stringify(site)};\n${script}` }];
}

/** The files of a version of the site, by its service worker; none if it is not one. */
export function listedPaths(offline: string): string[] {
  const [, list = "{}"] = /^const SITE = (\{.*\});$/m.exec(offline) ?? [];
  const { paths = [] } = JSON.parse(list) as { paths?: string[] };
  return paths.filter((path) => /^[\w-]+(?:[/.][\w-]+)+$/.test(path));
}

/** The bundles, which the build makes. */
async function builtFiles(): Promise<SiteFile[]> {
  const folder = join(packageRoot(), "dist/site");
  const paths = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => {
    throw new UserError(`${folder} is missing, but the site needs it.`, "Run: npm ci && npm run build");
  });
  const files = paths.filter((entry) => entry.isFile() && !entry.name.endsWith(".map"));
  return Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      const content = await readFile(path);
      return { path: path.slice(folder.length + 1).replaceAll("\\", "/"), content };
    }),
  );
}

/** Addresses are relative, so that the site may be in any folder of a server. */
function indexHtml(): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Kernelmark</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="site.css">
<link rel="modulepreload" href="site.js">
</head>
<body>
<div id="app">
<noscript><main><p>Kernelmark checks kernels in this browser, which takes JavaScript. Allow it for this site, or install Kernelmark: <code>npm install kernelmark</code>.</p></main></noscript>
</div>
<script type="module" src="site.js"></script>
</body>
</html>
`;
}
