import type { AttemptHead, MeasurementDetail, ShapeDetail, ShapeSpeed } from "../index-data.ts";
import { Foreign } from "./names.tsx";
import { duration, factor, percent, threeDigits } from "./numbers.ts";
import { RooflinePlot } from "./roofline-plot.tsx";
import { useRun } from "./run-model.ts";
import { SamplesPlot } from "./samples-plot.tsx";
import { SentenceList } from "./sentence-list.tsx";
import { SpeedPlot } from "./speed-plot.tsx";

const stopWords = {
  precision: "narrow interval",
  budget: "budget used up",
  "most-samples": "sample limit",
} as const;

/** The speed of an attempt, and its uncertainty. */
export function MeasurementView({
  head,
  measurement,
}: {
  readonly head: AttemptHead;
  readonly measurement: MeasurementDetail;
}) {
  const task = useRun().tasks[head.task]!;
  if (measurement.state === "failed" || head.speed === null) {
    return (
      <section>
        <h2>Speed</h2>
        <p>
          Not measured:{" "}
          <Foreign text={measurement.state === "failed" ? measurement.message : "there are no figures."} />
        </p>
      </section>
    );
  }
  const { against, clock, tickNs, shapes } = measurement;
  const floor = Math.max(...shapes.map(({ floorLow, floorHigh }) => Math.max(1 - floorLow, floorHigh - 1)));
  return (
    <section>
      <h2>Speed</h2>
      <p>
        <strong>{factor(head.speed.mean)}</strong> as fast as {against}
        <span class="soft">
          {shapes.length > 1 && ", the geometric mean of its shapes"}; timed by{" "}
          {clock === "timestamps" ? "the GPU's timestamps" : "the wall clock"} (ticks of {duration(tickNs)})
        </span>
      </p>
      {head.speed.isImplausible && (
        <p class="note">
          ! Implausible: faster than this adapter copied memory or multiplied and added. Speed points await manual
          review: check whether the kernel skips work.
        </p>
      )}
      <div class="side-by-side">
        <SpeedPlot attempts={[head]} against={against} noiseFloor={floor} full={task.speed?.full ?? null} />
        <RooflinePlot attempts={[head]} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions must be reachable by the keyboard */}
      <section class="scroll wide" tabIndex={0} aria-label="Table of measurements">
        <table class="full">
          <thead>
            <tr>
              <th scope="col">Shape</th>
              {["Time", `${against}'s time`, "Speed", "95 % interval", "GB/s", "GFLOP/s", "Of roofline", "Samples"].map(
                (name) => (
                  <th key={name} scope="col" class="number">
                    {name}
                  </th>
                ),
              )}
              <th scope="col">Stopped by</th>
            </tr>
          </thead>
          <tbody>
            {head.speed.shapes.map((shape, place) => (
              <ShapeRow key={shape.name} speed={shape} detail={shapes[place]!} />
            ))}
          </tbody>
        </table>
      </section>
      {measurement.findings.length > 0 && (
        <>
          <h3>Bottlenecks</h3>
          <SentenceList sentences={measurement.findings} />
        </>
      )}
      <SamplesPlot shapes={shapes} against={against} />
    </section>
  );
}

function ShapeRow({ speed, detail }: { readonly speed: ShapeSpeed; readonly detail: ShapeDetail }) {
  const { name, candidateNs, estimate, low, high, bytes, flops, rooflineShare } = speed;
  return (
    <tr>
      <th scope="row" title={detail.sizes}>
        {name}
      </th>
      <td class="number">{duration(candidateNs)}</td>
      <td class="number">{duration(detail.yardstickNs)}</td>
      <td class="number">
        <strong>{factor(estimate)}</strong>
      </td>
      <td class="number">
        {factor(low)} to {factor(high)}
      </td>
      <td class="number">{threeDigits(bytes / candidateNs)}</td>
      <td class="number">{threeDigits(flops / candidateNs)}</td>
      <td class="number">{percent(rooflineShare)}</td>
      <td class="number">{detail.sampleCount}</td>
      <td class="soft">{stopWords[detail.stoppedBy]}</td>
    </tr>
  );
}
