import { Bench } from "tinybench";
import type { Random } from "../../reference/random.ts";
import type { Contestant } from "./contestant.ts";

const FEWEST_ROUNDS = 3;

/**
 * Times contestants in turn: a round runs each of them once, in random order. A contestant that throws takes part in no
 * further round.
 *
 * @returns for each, its times in ms by round, or the error that it threw
 */
export async function timeInTurns(
  contestants: readonly Contestant[],
  seconds: number,
  random: Random,
): Promise<ReadonlyMap<Contestant, number[] | Error>> {
  const times = new Map<Contestant, number[] | Error>(contestants.map((one) => [one, []]));
  const endMs = performance.now() + 1000 * seconds;
  for (let round = 0; round < FEWEST_ROUNDS || performance.now() < endMs; round++) {
    const bench = new Bench({ iterations: 1, time: 0, warmup: false, retainSamples: true });
    const order = random.shuffled(contestants.filter((one) => !(times.get(one) instanceof Error)));
    for (const one of order) bench.add(one.name, () => one.run(), { async: true, afterEach: () => one.release() });
    await bench.run();
    for (const one of order) {
      const { result } = bench.getTask(one.name)!;
      if (result.state === "completed") (times.get(one) as number[]).push(result.latency.samples![0]!);
      else times.set(one, result.state === "errored" ? result.error : new Error(`not timed: ${result.state}`));
    }
  }
  return times;
}
