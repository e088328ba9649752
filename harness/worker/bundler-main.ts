import type { SourceFolder } from "../plan/source-files.ts";
import { buildModule, warmEsbuild } from "../submission/build-module.ts";
import { openSourceFolder } from "../submission/source-folder.ts";
import type { BundleJob, FromBundler } from "./bundler.ts";
import { openSupervisorChannel } from "./supervisor-channel.ts";

/**
 * The process that reads and parses candidates' modules, without running any of them. esbuild's process ends when its
 * pipes close.
 */
const send = openSupervisorChannel<FromBundler>();
process.on("message", async ({ folder, file, limits }: BundleJob) => {
  try {
    send({ type: "built", built: await buildModule(file, reporting(openSourceFolder(folder, limits))) });
  } catch {
    // esbuild's process ended, and cannot be restarted in this one.
    process.exit(1);
  }
});
await warmEsbuild();
send({ type: "ready" });

/** Reports each file before it is parsed: parsing may never return. */
function reporting(folder: SourceFolder): SourceFolder {
  const reported = new Set<string>();
  return {
    ...folder,
    read(path) {
      const read = folder.read(path);
      if (!reported.has(path)) send({ type: "read", path, text: read.ok ? read.file.text : null });
      reported.add(path);
      return read;
    },
  };
}
