import { closeSync, openSync, readSync } from "node:fs";
import { type Line, linesOf, type Place } from "../files/lines.ts";
import type { Attempt } from "../results/attempt.ts";
import type { attemptSchema } from "../results/attempt-schema.ts";
import type { Measurement } from "../results/measurement.ts";
import { UserError } from "../text/user-error.ts";

/** Parts of an attempt that take most of its memory, and that few readers need for many attempts at a time. */
const DETAILS = ["files", "evidence", "findings", "cases", "log"] as const;

const closeWhenUnused = new FinalizationRegistry<number>(closeSync);

/**
 * An open file with attempts in it. Attempts taken from it leave their details there, and read them when they are asked
 * for: those of a large run would take hundreds of megabytes. The file stays open as long as one of them is in use, so it
 * must not be changed, only be appended to or replaced.
 */
export class AttemptFile {
  readonly #path: string;
  readonly #file: number;
  readonly #schema: typeof attemptSchema;
  /** The attempt whose details were read last: most readers take one attempt after the other. */
  #last: { readonly start: number; readonly attempt: Attempt } | undefined;

  private constructor(path: string, schema: typeof attemptSchema) {
    this.#path = path;
    this.#file = openSync(path, "r");
    this.#schema = schema;
    closeWhenUnused.register(this, this.#file);
  }

  /** @throws the file system's error */
  static async open(path: string): Promise<AttemptFile> {
    const { attemptSchema } = await import("../results/attempt-schema.ts");
    return new AttemptFile(path, attemptSchema);
  }

  lines(): AsyncGenerator<Line> {
    return linesOf(this.#file);
  }

  /**
   * The attempt on a line, which may end with a comma.
   *
   * @throws if it is none
   */
  parse({ text, place }: Line): Attempt {
    const json = text.replace(/,?\n?$/, "");
    const length = place.length - (text.length - json.length);
    return this.stored(this.#schema.parse(JSON.parse(json)), { start: place.start, length });
  }

  /** The same attempt, with its details left in the file. */
  stored(attempt: Attempt, place: Place): Attempt {
    const whole = () => this.#whole(place);
    const stored = { ...attempt, measurement: withoutSamples(attempt.measurement, () => whole().measurement) };
    for (const name of DETAILS) {
      Object.defineProperty(stored, name, { enumerable: true, get: () => whole()[name] });
    }
    return stored;
  }

  #whole(place: Place): Attempt {
    if (this.#last?.start !== place.start) this.#last = { start: place.start, attempt: this.#read(place) };
    return this.#last.attempt;
  }

  #read({ start, length }: Place): Attempt {
    const bytes = Buffer.allocUnsafe(length);
    let read = 0;
    try {
      while (read < length) {
        const more = readSync(this.#file, bytes, read, length - read, start + read);
        if (more === 0) break;
        read += more;
      }
      return this.#schema.parse(JSON.parse(bytes.toString("utf8", 0, read)));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== undefined) throw new UserError(`${this.#path} cannot be read (${code}).`, "Repair the disk.");
      throw new UserError(`${this.#path} was changed while it was being read.`, "Repeat the command.");
    }
  }
}

/** @param whole the same measurement with all samples, from the file */
function withoutSamples(measurement: Measurement | null, whole: () => Measurement | null): Measurement | null {
  if (measurement?.state !== "measured") return measurement;
  const samplesOf = (index: number) => {
    const own = whole();
    return own?.state === "measured" ? own.shapes[index]!.samples : [];
  };
  return {
    ...measurement,
    shapes: measurement.shapes.map((shape, index) =>
      Object.defineProperty({ ...shape }, "samples", { enumerable: true, get: () => samplesOf(index) }),
    ),
  };
}
