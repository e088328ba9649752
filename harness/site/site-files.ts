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
  return [
    { path: "index.html", content: indexHtml() },
    { path: "catalogue.json", content: JSON.stringify(catalogue) },
    ...own.map((task) => ({ path: `tasks/${task.spec.name}.json`, content: JSON.stringify(taskPageData(task)) })),
    { path: "tutorial.json", content: JSON.stringify(await tutorial()) },
    { path: "wgsl.json", content: JSON.stringify(await wgslPage()) },
    ...(await builtFiles()),
  ];
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
<noscript><main><p>Kernelmark checks kernels in this browser, which takes JavaScript. Allow it for this site, or <a href="https://www.npmjs.com/package/kernelmark">install Kernelmark</a>.</p></main></noscript>
</div>
<script type="module" src="site.js"></script>
</body>
</html>
`;
}
