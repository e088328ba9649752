import { useState } from "preact/hooks";
import { VerdictBadge } from "../../report/html/browser/names.tsx";
import type { Attempt } from "../../results/attempt.ts";
import { AdapterDetails } from "./adapter-details.tsx";
import type { Readiness } from "./check-runner.ts";
import type { Activity, BenchChoice, Judging } from "./use-judging.ts";
import { VERDICT_HEADING } from "./verdict-view.tsx";

const SHAPES = ["small", "medium", "large"] as const;

interface JudgingActionsProps {
  readonly judging: Judging;
  onCheck(): void;
  onBench(choice: BenchChoice): void;
}

/** The buttons that start and cancel work, and its progress. */
export function JudgingActions({ judging, onCheck, onBench }: JudgingActionsProps) {
  const { readiness, activity, cancel } = judging;
  const [against, setAgainst] = useState<BenchChoice["against"]>("plain");
  const [shape, setShape] = useState("");
  const isIdle = activity.state === "idle";
  const canStart = readiness.state === "ready" && isIdle;
  return (
    <>
      <div class="actions">
        <button type="button" class="primary" disabled={!canStart} onClick={onCheck}>
          Check
        </button>
        <button
          type="button"
          class="plain"
          disabled={!canStart}
          onClick={() => onBench({ against, shape: shape === "" ? undefined : shape })}
        >
          Measure
        </button>
        <label class="inline">
          <span>against</span>
          <select
            aria-label="Measure against"
            value={against}
            onChange={(event) => setAgainst(event.currentTarget.value as typeof against)}
          >
            <option value="plain">plain</option>
            <option value="tuned">tuned</option>
          </select>
        </label>
        <label class="inline">
          <span>on</span>
          <select aria-label="Measure on" value={shape} onChange={(event) => setShape(event.currentTarget.value)}>
            <option value="">all shapes</option>
            {SHAPES.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="actions working">
        {!isIdle && (
          <button type="button" class="plain" onClick={cancel}>
            Cancel
          </button>
        )}
        {activity.state === "checking" && (
          <progress aria-label="Cases checked" max={activity.of || 1} value={activity.done} />
        )}
        <p role="status" class="soft small">
          {statusText(readiness, activity)}
        </p>
      </div>
      <div role="status">
        {isIdle && judging.checked !== undefined && <Outcome attempt={judging.checked.attempt} />}
      </div>
      {readiness.state === "ready" && <AdapterDetails adapter={readiness.adapter} />}
    </>
  );
}

/** The verdict where the button is; what explains it is further down. */
function Outcome({ attempt }: { readonly attempt: Attempt }) {
  const { verdict, cases, caseCount } = attempt;
  const passed = cases.filter((one) => one.verdict === "accepted").length;
  const show = () => {
    const heading = document.getElementById(VERDICT_HEADING)!;
    heading.scrollIntoView();
    heading.focus({ preventScroll: true });
  };
  return (
    <p class="actions">
      <VerdictBadge verdict={verdict} />
      {caseCount > 0 && `${passed} of ${caseCount} cases passed`}
      <button type="button" class="plain" onClick={show}>
        Show the verdict
      </button>
    </p>
  );
}

function statusText(readiness: Readiness, activity: Activity): string {
  switch (activity.state) {
    case "checking": {
      const { done, of, failed } = activity;
      if (of === 0) return "Checking …";
      return `Checking … case ${done} of ${of}${failed > 0 ? `, ${failed} failed` : ""}`;
    }
    case "waiting":
      return "Waiting: another tab of this site is measuring.";
    case "measuring":
      return activity.step === undefined ? "Measuring …" : stepText(activity.step);
    case "idle":
      return readinessText(readiness);
  }
}

function stepText({ about, shape, progress }: NonNullable<Extract<Activity, { state: "measuring" }>["step"]>): string {
  const samples = progress === undefined || progress.pairs === 0 ? "" : `, ${progress.pairs} samples`;
  const width = progress?.halfWidth === undefined ? "" : `, interval ±${(100 * progress.halfWidth).toFixed(2)} %`;
  return `Measuring … ${shape === undefined ? "" : `${shape}: `}${about}${samples}${width}`;
}

function readinessText(readiness: Readiness): string {
  if (readiness.state === "starting") return "Starting …";
  if (readiness.state !== "ready") return "";
  const { description, isSoftware } = readiness.adapter;
  return `On ${description}${isSoftware ? " (software)" : ""}.`;
}
