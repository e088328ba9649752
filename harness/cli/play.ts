import type { CommandModule } from "yargs";
import { print, printJson, printRemark } from "./output.ts";

interface PlayOptions {
  readonly port: number;
  readonly open: boolean;
  readonly json: boolean;
}

/** Always the same, since browsers keep a page's data by its address. */
const PORT = 8642;
const MOST_PORT = 65_535;

/** `kernelmark play`: the site, served to this machine. */
export const play: CommandModule<object, PlayOptions> = {
  command: "play",
  describe: "Write and check kernels in the browser, on its GPU",
  builder: (yargs) =>
    yargs
      .option("port", { type: "number", requiresArg: true, default: PORT, describe: "The port; 0 for any free one" })
      .option("open", { type: "boolean", default: true, describe: "Open the browser; --no-open only serves" })
      .option("json", { type: "boolean", default: false, describe: "Print the address as JSON" })
      .example("$0 play", "Open the tasks in the browser")
      .example("$0 play --no-open --port 0", "Only print the address"),
  async handler({ port, open: opens, json }) {
    const [{ serveSite }, { UserError }] = await Promise.all([
      import("../site/serve-site.ts"),
      import("../text/user-error.ts"),
    ]);
    if (!Number.isInteger(port) || port < 0 || port > MOST_PORT) {
      throw new UserError(`--port must be a number from 0 to ${MOST_PORT}.`, `Without it, the port is ${PORT}.`);
    }
    const { address, close } = await serveSite(port);
    const interrupted = new Promise<void>((resolve) => {
      process.once("SIGINT", resolve).once("SIGTERM", resolve);
    });
    if (json) printJson({ schema: 1, address });
    else print(`${address}  (Ctrl-C to stop)`);
    if (opens) await openBrowser(address);
    await interrupted;
    await close();
  },
};

async function openBrowser(address: string): Promise<void> {
  const { default: open } = await import("open");
  const opener = await open(address).catch(() => undefined);
  if (opener === undefined) printRemark("No browser could be started: open the address yourself.");
  else opener.once("error", () => printRemark("No browser could be started: open the address yourself."));
}
