import type { Browser, BrowserContext, Page } from "playwright-core";

/**
 * Not the package's own options: they use a single process, which ends with the first window, and disable a page's
 * protections. Without its own sandbox, Chromium also runs as root, as in containers.
 */
const ARGUMENTS = ["--no-sandbox", "--font-render-hinting=none"];

/** For a page that uses WebGPU, on the SwiftShader that comes with Chromium. */
export const WEBGPU_ARGUMENTS = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** Starts the Chromium of @sparticuz/chromium, without a window, and by default without a GPU. */
export async function launchChromium(gpuArguments: readonly string[] = ["--disable-gpu"]): Promise<Browser> {
  const [{ chromium }, { default: packed }] = await Promise.all([
    import("playwright-core"),
    import("@sparticuz/chromium"),
  ]);
  const executablePath = await packed.executablePath();
  try {
    return await chromium.launch({ executablePath, args: [...ARGUMENTS, ...gpuArguments], headless: true });
  } catch (error) {
    throw new Error(launchProblem(String(error)), { cause: error });
  }
}

/** Lets `code` run at the start of a script of the site, wherever it is loaded from now on. */
export async function prependToScript(page: Page, script: string, code: string): Promise<void> {
  await page.route(`**/${script}`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${code}\n${await response.text()}` });
  });
}

/** Closes pages whose routes may still be answering: that their requests are gone by then is no error. */
export async function closeContext(context: BrowserContext): Promise<void> {
  await Promise.all(context.pages().map((page) => page.unrouteAll({ behavior: "ignoreErrors" })));
  await context.close();
}

export function launchProblem(message: string): string {
  const library = /(lib[\w.-]+\.so[\w.]*): cannot open shared object file/.exec(message)?.[1];
  if (library === undefined) return `Chromium could not be started: ${message}`;
  const fix = /^lib(nss|nssutil|smime)3|^libnspr4/.test(library)
    ? "apt-get install libnss3"
    : "install the package that contains it";
  return `Chromium could not be started, since this system lacks ${library}. As root: ${fix}`;
}
