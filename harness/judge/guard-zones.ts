import type { Tensors } from "../../reference/oracle.ts";
import type { Random } from "../../reference/random.ts";
import type { GuardZones } from "../gpu/plan-runner.ts";
import type { OutsideWrites } from "../results/evidence.ts";
import { drawPoison } from "./poison.ts";

/** Larger than most arrays, so that an index beyond the zone, which is clamped to its last element, stays inside. */
const ZONE_WORDS = 1024;
/** Random words of a zone; the rest repeats them. A prime: see poison.ts. */
const PERIOD = 251;

/**
 * Generates the contents of the zones behind each buffer in a guarded run, so that a kernel that reads or writes there
 * gets the same verdict on every adapter. WGSL lets a read out of bounds return any element of the buffer, or zero:
 *
 * - behind inputs, elements of the input itself, if finite: a kernel that reads and discards them is correct;
 * - behind outputs, plausible random numbers: any change is a write out of bounds;
 * - behind scratch, numbers that are small as integers, since a kernel may use one as a count, and almost zero as f32,
 *   as scratch is at first.
 */
export function drawGuardZones(
  random: Random,
  inputs: Tensors,
  outputs: Readonly<Record<string, number>>,
  scratch: Iterable<string>,
  typical: Readonly<Record<string, number>>,
  integers: ReadonlySet<string>,
): GuardZones {
  const zones: Record<string, Uint32Array> = drawPoison(
    random,
    Object.fromEntries(Object.keys(outputs).map((name) => [name, ZONE_WORDS])),
    "plausible",
    typical,
    integers,
  );
  for (const [name, values] of Object.entries(inputs)) {
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
    zones[name] = repeated(() => {
      const element = random.integer(0, values.length - 1);
      return Number.isFinite(values[element]) ? words[element]! : 0;
    });
  }
  for (const name of scratch) zones[name] = repeated(() => random.integer(1, 0xffff));
  return zones;
}

function repeated(draw: () => number): Uint32Array {
  const period = Uint32Array.from({ length: PERIOD }, draw);
  return Uint32Array.from({ length: ZONE_WORDS }, (_, word) => period[word % PERIOD]!);
}

/**
 * The writes of a guarded run behind its buffers, if any. If there are several, scratch comes first: values written
 * behind it are missing later.
 *
 * @param lengths of outputs and scratch, in words
 */
export function findOutsideWrites(
  before: GuardZones,
  after: GuardZones,
  lengths: Readonly<Record<string, number>>,
  outputs: ReadonlySet<string>,
): OutsideWrites | undefined {
  let found: OutsideWrites | undefined;
  for (const [buffer, words] of Object.entries(after)) {
    const written = [...words.keys()].filter((word) => words[word] !== before[buffer]![word]);
    if (written.length === 0) continue;
    const isScratch = !outputs.has(buffer);
    const length = lengths[buffer]!;
    const one: OutsideWrites = { kind: "outside-writes", buffer, isScratch, length, index: length + written[0]! };
    if (found === undefined || (isScratch && !found.isScratch)) found = one;
  }
  return found;
}
