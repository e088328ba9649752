import { measurementDetail, speedHead } from "../../report/html/attempt-detail.ts";
import { MeasurementView } from "../../report/html/browser/measurement-view.tsx";
import { makeModel, RunContext } from "../../report/html/browser/run-model.ts";
import type { AttemptHead, IndexHead } from "../../report/html/index-data.ts";
import type { Measured } from "../../results/measurement.ts";

interface MeasurementPageProps {
  readonly task: string;
  readonly measurement: Measured;
}

/** A measurement as on the pages of a run, of which it is the only one. */
export function MeasurementPage({ task, measurement }: MeasurementPageProps) {
  const head = onlyAttempt(measurement);
  return (
    <RunContext.Provider value={makeModel(onlyRun(task, measurement, head))}>
      <MeasurementView head={head} measurement={measurementDetail(measurement)!} />
    </RunContext.Provider>
  );
}

function onlyAttempt(measurement: Measured): AttemptHead {
  return {
    ...{ candidate: 0, task: 0, verdict: "accepted", remark: "", mistake: null, chunk: 0, place: 0 },
    ...{ points: null, max: 0, correctnessPoints: null, speedPoints: null },
    speed: speedHead(measurement),
  };
}

function onlyRun(task: string, { roofline }: Measured, attempt: AttemptHead): IndexHead {
  const points = { points: 0, max: 0 };
  return {
    run: {
      ...{ title: "", name: "", startedAt: "", state: "finished", adapter: "", adapterKind: "hardware", driver: "" },
      ...{ vendor: "", architecture: "", harnessVersion: "", dawnVersion: "", seed: "", isPractice: true },
      ...{ countsSoftwareSpeed: true, noiseFloor: null, roofline, refused: [], remarks: [] },
    },
    tasks: [{ name: task, points: 0, correctnessPoints: 0, speedPoints: 0, speed: null, cases: [] }],
    candidates: [{ name: "yours", person: "", section: "", code: "", remark: "", rank: 1, ...points }],
    attempts: [attempt],
    ...{ needs: [], notTaken: [], max: 0, mistakes: [] },
    similar: { groups: [], omittedGroups: 0, omittedPairs: 0, builtInCode: [] },
  };
}
