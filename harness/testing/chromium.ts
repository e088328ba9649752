import type { Browser } from "playwright-core";

/**
 * Not those that come with the package: they put everything into one process, which ends with the first window, and
 * switch off what a page is protected by. Without a sandbox of its own it also runs as root, as in containers.
 */
const ARGUMENTS = ["--no-sandbox", "--font-render-hinting=none"];

/** Starts the Chromium that comes with @sparticuz/chromium, without a window, and by default without a GPU. */
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

export function launchProblem(message: string): string {
  const library = /(lib[\w.-]+\.so[\w.]*): cannot open shared object file/.exec(message)?.[1];
  if (library === undefined) return `Chromium could not be started: ${message}`;
  const mend = /^lib(nss|nssutil|smime)3|^libnspr4/.test(library) ? "apt-get install libnss3" : "install what holds it";
  return `Chromium could not be started, since this system lacks ${library}. As root: ${mend}`;
}
