import { createHash } from "node:crypto";
import type { Results } from "../results/results.ts";
import { UserError } from "../text/user-error.ts";

/** A part of a run: number `index`, from 1, of `count`. */
export type Shard = NonNullable<Results["shard"]>;

/** More shards than this are a mistake: most of them would have nothing to judge. */
const MOST_SHARDS = 10_000;

/**
 * Parses `3/8`.
 *
 * @throws UserError if it is malformed or out of range
 */
export function parseShard(text: string): Shard {
  const [, index, count] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (index === undefined || count === undefined) {
    throw new UserError(`--shard must be a number and a count, got "${text}".`, "Write it like 3/8.");
  }
  if (count < 1 || count > MOST_SHARDS || index < 1 || index > count) {
    throw new UserError(
      `--shard is ${text}, but the number must be from 1 to the count, and the count at most ${MOST_SHARDS}.`,
      `Number the shards from 1: --shard 1/${Math.min(Math.max(1, count), MOST_SHARDS)}.`,
    );
  }
  return { index, count };
}

/**
 * Whether a submission belongs to a shard: decided by a hash of both names, so that another submission changes nothing
 * about this one. Names that differ only in Unicode form, as file systems store them, are the same.
 */
export function isInShard({ index, count }: Shard, { candidate, task }: Submitted): boolean {
  const name = JSON.stringify([candidate.normalize("NFC"), task]);
  return createHash("sha256").update(name).digest().readUInt32BE(0) % count === index - 1;
}

interface Submitted {
  readonly candidate: string;
  readonly task: string;
}

/** `shard 3 of 8` */
export function shardText({ index, count }: Shard): string {
  return `shard ${index} of ${count}`;
}
