import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { type Line, linesOf, type Place } from "../files/lines.ts";
import type { Attempt } from "../results/attempt.ts";
import type { attemptSchema } from "../results/attempt-schema.ts";
import type { Measured, Measurement } from "../results/measurement.ts";
import { UserError } from "../text/user-error.ts";

/** Parts of an attempt, and of a measurement, that take most of its memory, and that nothing needs of all attempts at once. */
const DETAILS = detailsOf<Attempt>("files", "evidence", "findings", "cases", "log", "timings");
const MEASURED_DETAILS = detailsOf<Measured>("roofline", "shapes", "findings");

/**
 * A file with attempts in it. Attempts taken from it leave their details there, and read them when they are asked for:
 * those of a large run would take hundreds of megabytes. As long as one of them is in use, the file must stay, and may
 * only grow.
 */
export class AttemptFile {
  readonly #path: string;
  /** Of the file, apart from another one with the same path. */
  readonly #identity: string;
  readonly #schema: typeof attemptSchema;
  /** For reading, again and again: new ones would be garbage of hundreds of megabytes. */
  #bytes = Buffer.alloc(0);
  /** The attempt whose details were read last: most readers take one attempt after the other. */
  #last: { readonly start: number; readonly attempt: Attempt } | undefined;

  private constructor(path: string, schema: typeof attemptSchema) {
    this.#path = path;
    this.#identity = identityOf(statSync(path));
    this.#schema = schema;
  }

  /** @throws the file system's error */
  static async open(path: string): Promise<AttemptFile> {
    const { attemptSchema } = await import("../results/attempt-schema.ts");
    return new AttemptFile(path, attemptSchema);
  }

  lines(): AsyncGenerator<Line> {
    return linesOf(this.#path);
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
    const stored = { ...attempt, measurement: withoutDetails(attempt.measurement, whole) };
    return DETAILS.leave(stored, whole);
  }

  #whole(place: Place): Attempt {
    if (this.#last?.start !== place.start) this.#last = { start: place.start, attempt: this.#read(place) };
    return this.#last.attempt;
  }

  #read(place: Place): Attempt {
    let json: string | undefined;
    try {
      json = this.#text(place);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new UserError(`${this.#path} cannot be read (${code}).`, "Repeat the command.");
    }
    try {
      return this.#schema.parse(JSON.parse(json ?? ""));
    } catch {
      throw new UserError(`${this.#path} was changed while it was being read.`, "Repeat the command.");
    }
  }

  /** Undefined if it is another file by now, or shorter. Opens it each time: a program may read thousands of runs. */
  #text({ start, length }: Place): string | undefined {
    const file = openSync(this.#path, "r");
    try {
      if (identityOf(fstatSync(file)) !== this.#identity) return undefined;
      if (length > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(2 * length);
      for (let read = 0; read < length; ) {
        const more = readSync(file, this.#bytes, read, length - read, start + read);
        if (more === 0) return undefined;
        read += more;
      }
      return this.#bytes.toString("utf8", 0, length);
    } finally {
      closeSync(file);
    }
  }
}

function identityOf({ dev, ino }: Stats): string {
  return `${dev} ${ino}`;
}

function withoutDetails(measurement: Measurement | null, whole: () => Attempt): Measurement | null {
  if (measurement?.state !== "measured") return measurement;
  return MEASURED_DETAILS.leave({ ...measurement }, () => whole().measurement as Measured);
}

/**
 * A copy of an attempt for another candidate. Unlike `{ ...attempt }`, it leaves details in the file.
 *
 * @param candidate a member of the team whose attempt it is
 */
export function attemptOf(candidate: string, attempt: Attempt): Attempt {
  const members = Object.getOwnPropertyDescriptors(attempt);
  return Object.defineProperties({} as Attempt, { ...members, candidate: { ...members.candidate, value: candidate } });
}

/** Returns the object with all members. */
const WHOLE = Symbol("whole");

/** Replaces members of an object by getters. All objects share the getters, so that each takes little memory. */
function detailsOf<T extends object>(...names: readonly (keyof T)[]) {
  const getters = names.map((name): [keyof T, PropertyDescriptor] => [
    name,
    {
      enumerable: true,
      get(this: { readonly [WHOLE]: () => T }) {
        return this[WHOLE]()[name];
      },
    },
  ]);
  const properties = Object.fromEntries(getters) as PropertyDescriptorMap;
  return {
    /** @param whole returns the object with all members */
    leave(object: T, whole: () => T): T {
      return Object.defineProperties(object, { ...properties, [WHOLE]: { value: whole } });
    },
  };
}
