import { findAdapter } from "../adapter/adapter.ts";
import { MeasuringService } from "../run/measuring-service.ts";
import { isInverted, MethodChecks, summarizeTrials } from "../run/method-checks.ts";
import { cell, wrap } from "../text/wrap.ts";
import { colorsFor, print, printJson, printRemark, textWidth } from "./output.ts";
import { ProgressLine } from "./progress-line.ts";

const TRIALS = 10;
const TRIAL_MS = 1000;
const TRUTH_MS = 3000;
/** Measuring must detect a kernel slower by this share. */
const SLOWER = 0.05;

/** Of ten 95 % intervals, all contain the true ratio with probability 60 %, nine or more 91 %, eight or more 99 %. */
const FEWEST_HELD = 8;
const WIDEST = 0.02;

/** One check, and whether it passed. */
interface CheckResult {
  readonly name: string;
  readonly finding: string;
  readonly isGood: boolean;
}

/** `kernelmark bench --calibrate`: checks measuring with known ratios, on this adapter and in its present state. */
export async function calibrate(isJson: boolean): Promise<void> {
  const adapter = await findAdapter();
  const progress = new ProgressLine(process.stderr, isJson);
  let step = "";
  const measurer = new MeasuringService(adapter);
  const checks = new MethodChecks(measurer, adapter.kind, (done, count) =>
    progress.show(`${step}: ${done} of ${count}`),
  );
  if (!isJson) printRemark(`Measuring ${checks.about} on ${adapter.description} for half a minute.`);

  step = "the kernel against itself";
  const same = summarizeTrials(await checks.same(TRIALS, TRIAL_MS), 1);
  step = `a kernel slower by ${100 * SLOWER} %`;
  const [truth] = await checks.slower(SLOWER, 1, TRUTH_MS);
  const slower = summarizeTrials(await checks.slower(SLOWER, TRIALS, TRIAL_MS), truth!.speedup.estimate);
  step = "the same with the kernels exchanged";
  const [swapped] = await checks.swapped(SLOWER, 1, TRUTH_MS);
  progress.clear();

  const results: CheckResult[] = [
    {
      name: "A/A",
      finding: `${same.heldTruth} of ${TRIALS} intervals contain 1; their half-width is ${percent(same.halfWidth)}`,
      isGood: same.heldTruth >= FEWEST_HELD && same.halfWidth <= WIDEST,
    },
    {
      name: "A/B",
      finding: `${slower.excludedOne} of ${TRIALS} intervals detect a kernel that does ${100 * SLOWER} % of its work twice (${percent(1 / slower.ratio - 1)} slower)`,
      isGood: slower.excludedOne >= FEWEST_HELD,
    },
    {
      name: "order",
      finding: `${truth!.speedup.estimate.toFixed(4)}x; exchanged, ${swapped!.speedup.estimate.toFixed(4)}x, whose inverse is ${(1 / swapped!.speedup.estimate).toFixed(4)}x`,
      isGood: isInverted(truth!.speedup, swapped!.speedup),
    },
    {
      name: "cost",
      finding: `the GPU ran measured kernels for ${percent(same.busyShare)} of the time (${Math.round(same.candidateNs / 1000)} µs a run)`,
      isGood: true,
    },
  ];
  const isUsable = results.every(({ isGood }) => isGood);
  const verdict = verdictSentence(isUsable, adapter.kind, same.halfWidth);
  if (isJson) {
    const { environment: _, ...described } = adapter;
    printJson({ schema: 1, adapter: described, isUsable, verdict, checks: results });
  } else {
    const colors = colorsFor(process.stdout);
    for (const { name, finding, isGood } of results) {
      const mark = isGood ? colors.green("ok") : colors.red("!!");
      print(wrap(finding, textWidth(), `${mark}  ${cell(name, 5)}  `));
    }
    print(`\n${wrap(verdict, textWidth())}`);
  }
  if (!isUsable) process.exitCode = 1;
}

function verdictSentence(isUsable: boolean, kind: "hardware" | "software", halfWidth: number): string {
  if (!isUsable) {
    return "This adapter is too noisy for marks at the moment: stop other programs and calibrate again.";
  }
  const precision = `precision ±${percent(halfWidth)}`;
  return kind === "hardware"
    ? `This adapter can measure for marks: ${precision}.`
    : `This adapter can measure for marks if the assignment has \`software: true\`: ${precision} on this processor.`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(Math.abs(share) < 0.1 ? 2 : 0)} %`;
}
