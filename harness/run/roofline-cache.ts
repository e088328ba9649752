import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AdapterChoice } from "../adapter/adapter.ts";
import { writeAtomically } from "../files/atomic-file.ts";
import { makeFolder } from "../files/make-folder.ts";
import { userCacheFolder } from "../files/user-cache-folder.ts";
import type { Roofline } from "../results/measurement.ts";

/** Changes with the measurements: older files are then ignored. */
const FORMAT = 2;

/** Rooflines measured earlier, each for one adapter with one driver under one version of Dawn. */
export class RooflineCache {
  readonly #path: string;

  constructor(
    { description, driver }: Pick<AdapterChoice, "description" | "driver">,
    dawnVersion: string,
    folder = userCacheFolder(),
  ) {
    const key = JSON.stringify([FORMAT, description, driver, dawnVersion]);
    const name = createHash("sha256").update(key).digest("hex").slice(0, 16);
    this.#path = join(folder, `roofline-${name}.json`);
  }

  async read(): Promise<Roofline | null> {
    try {
      const value = JSON.parse(await readFile(this.#path, "utf8"));
      return isRoofline(value) ? value : null;
    } catch {
      return null;
    }
  }

  /** Never throws: without a writable folder, the roofline is measured each time. */
  async write(roofline: Roofline): Promise<void> {
    try {
      await makeFolder(join(this.#path, ".."), 0o700);
      await writeAtomically(this.#path, JSON.stringify(roofline));
    } catch {}
  }
}

function isRoofline(value: Roofline | null): value is Roofline {
  const isRate = (rate: unknown) => typeof rate === "number" && Number.isFinite(rate) && rate > 0;
  return (
    isRate(value?.f32PerSecond) &&
    isRate(value?.int8PerSecond) &&
    Array.isArray(value?.copies) &&
    value.copies.length > 0 &&
    value.copies.every(({ bytes, bytesPerSecond }) => isRate(bytes) && isRate(bytesPerSecond))
  );
}
