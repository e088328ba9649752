import { buildModule, warmEsbuild } from "../submission/build-module.ts";
import { openSourceFolder, type SourceFolder } from "../submission/source-folder.ts";
import type { BundleJob, FromBundler } from "./bundler.ts";
import { openSupervisorChannel } from "./supervisor-channel.ts";

/**
 * The process in which candidates' modules are read and parsed. It runs nothing of them. esbuild's process ends when its
 * pipes close.
 */
const send = openSupervisorChannel<FromBundler>();
process.on("message", async ({ folder, file, limits }: BundleJob) => {
  try {
    send({ type: "built", built: await buildModule(file, reporting(openSourceFolder(folder, limits))) });
  } catch {
    // esbuild's process ended, and does not start again in this one.
    process.exit(1);
  }
});
await warmEsbuild();
send({ type: "ready" });

/** Tells what is read before it is parsed: afterwards there may be nobody to tell it. */
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
