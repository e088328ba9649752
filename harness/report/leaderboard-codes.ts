import { createHmac } from "node:crypto";
import type { Results } from "../results/results.ts";

/** No letters or digits that look like others: Crockford's Base32. */
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** 40 bits: among a thousand candidates, two have the same code in one run of two million. */
const CODE_BYTES = 5;

/**
 * Each candidate's name on the leaderboard for everyone, such as `7F3K-Q2XM`. Only who has the run's results can compute
 * it: its key contains the seed, and the hash and times of every submission, since feedback pages show the seed after
 * the deadline. The same results always give the same codes; another run gives others, so that ranks cannot be followed
 * from one run to the next.
 */
export function leaderboardCodes(
  { seed, attempts }: Pick<Results, "seed" | "attempts">,
  candidates: readonly string[],
): ReadonlyMap<string, string> {
  const judged = attempts
    // Missing ones come from the roster, which a report can replace.
    .filter(({ verdict }) => verdict !== "missing")
    .map(({ candidate, task, hash, startedAt, durationMs }) =>
      JSON.stringify([candidate, task, hash, startedAt, durationMs]),
    )
    .sort();
  const secret = createHmac("sha256", seed).update(judged.join("\n")).digest();
  return new Map(candidates.map((candidate) => [candidate, codeOf(secret, candidate)]));
}

function codeOf(secret: Buffer, candidate: string): string {
  const bytes = createHmac("sha256", secret).update(candidate).digest().subarray(0, CODE_BYTES);
  const digits = BigInt(`0x${bytes.toString("hex")}`);
  const code = Array.from({ length: (8 * CODE_BYTES) / 5 }, (_, place) => {
    return DIGITS[Number((digits >> BigInt(5 * place)) & 31n)]!;
  }).join("");
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
