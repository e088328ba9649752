import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import type { AdapterChoice } from "../adapter/adapter.ts";
import { writeAtomically } from "../files/atomic-file.ts";
import { makeFolder } from "../files/make-folder.ts";
import { userCacheFolder } from "../files/user-cache-folder.ts";
import type { Roofline } from "../results/measurement.ts";

/** Changes with the measurements: older files are then ignored. */
const FORMAT = 3;
/** Drivers, clocks and coolers change without a new version. */
const OLDEST_MS = 30 * 24 * 3_600_000;
/** Processes that want to run, for each processor: beyond this, what others do affects the roofline. */
const BUSY_LOAD = 0.5;

/** The machine when a roofline was measured, or is needed. */
export interface Moment {
  readonly now: Date;
  /** Processes that want to run, for each processor. */
  readonly load: number;
}

/** The machine now. */
export function thisMoment(): Moment {
  return { now: new Date(), load: loadavg()[0]! / availableParallelism() };
}

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

  /** Null if it is to be measured: it is not known, a month old, or from a busy machine that no longer is. */
  async read({ now, load }: Moment): Promise<Roofline | null> {
    try {
      const { roofline, measured } = JSON.parse(await readFile(this.#path, "utf8"));
      const isOld = now.getTime() - Date.parse(measured.now) > OLDEST_MS;
      const isDisturbed = measured.load > BUSY_LOAD && load <= BUSY_LOAD;
      return isRoofline(roofline) && !isOld && !isDisturbed ? roofline : null;
    } catch {
      return null;
    }
  }

  /** Never throws: without a writable folder, the roofline is measured each time. */
  async write(roofline: Roofline, measured: Moment): Promise<void> {
    try {
      await makeFolder(join(this.#path, ".."), 0o700);
      await writeAtomically(this.#path, JSON.stringify({ roofline, measured }));
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
