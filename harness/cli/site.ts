import type { CommandModule } from "yargs";
import { print, printJson } from "./output.ts";

interface SiteOptions {
  readonly out: string;
  readonly json: boolean;
}

/** `kernelmark site`: the site as static files. */
export const site: CommandModule<object, SiteOptions> = {
  command: "site",
  describe: "Write a website on which kernels are checked in the browser",
  builder: (yargs) =>
    yargs
      .option("out", { type: "string", requiresArg: true, demandOption: true, describe: "The folder to write to" })
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 site --out public", "Write the site into public/, for any web server"),
  async handler({ out, json }) {
    const { writeSite } = await import("../site/write-site.ts");
    const written = await writeSite(out);
    if (json) return printJson({ schema: 1, out, ...written });
    print(
      `Wrote ${written.files} files to ${out} (${(written.bytes / 2 ** 20).toFixed(1)} MiB). Publish the folder over https: browsers offer WebGPU to secure pages only.`,
    );
  },
};
