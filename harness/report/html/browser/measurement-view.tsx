import type { AttemptHead, MeasurementDetail, ShapeDetail, ShapeSpeed } from "../index-data.ts";
import { Foreign, NumberCell } from "./names.tsx";
import { digitsColumn, duration, durationColumn, factor, factorColumn, percentColumn } from "./numbers.ts";
import { RooflinePlot } from "./roofline-plot.tsx";
import { useRun } from "./run-model.ts";
import { SamplesPlot } from "./samples-plot.tsx";
import { SentenceList } from "./sentence-list.tsx";
import { SpeedPlot } from "./speed-plot.tsx";
import { WideTable } from "./wide-table.tsx";

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
  const columns = columnsOf(head.speed.shapes, shapes);
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
      <WideTable about="Table of measurements">
        <table class="full stacked">
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
              <ShapeRow key={shape.name} speed={shape} detail={shapes[place]!} columns={columns} />
            ))}
          </tbody>
        </table>
      </WideTable>
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

function columnsOf(speeds: readonly ShapeSpeed[], details: readonly ShapeDetail[]) {
  return {
    times: durationColumn(speeds.map(({ candidateNs }) => candidateNs)),
    yardsticks: durationColumn(details.map(({ yardstickNs }) => yardstickNs)),
    estimates: factorColumn(speeds.map(({ estimate }) => estimate)),
    limits: factorColumn(speeds.flatMap(({ low, high }) => [low, high])),
    gigabytes: digitsColumn(speeds.map(({ bytes, candidateNs }) => bytes / candidateNs)),
    gigaflops: digitsColumn(speeds.map(({ flops, candidateNs }) => flops / candidateNs)),
    shares: percentColumn(speeds.map(({ rooflineShare }) => rooflineShare)),
  };
}

interface ShapeRowProps {
  readonly speed: ShapeSpeed;
  readonly detail: ShapeDetail;
  readonly columns: ReturnType<typeof columnsOf>;
}

function ShapeRow({ speed, detail, columns }: ShapeRowProps) {
  const { name, candidateNs, estimate, low, high, bytes, flops, rooflineShare } = speed;
  return (
    <tr>
      <th scope="row" title={detail.sizes}>
        {name}
      </th>
      <NumberCell label="Time" text={columns.times(candidateNs)} />
      <NumberCell label="Baseline's time" text={columns.yardsticks(detail.yardstickNs)} />
      <NumberCell label="Speed" text={columns.estimates(estimate)} isStrong />
      <NumberCell label="95 % interval" text={`${columns.limits(low)} to ${columns.limits(high)}`} />
      <NumberCell label="GB/s" text={columns.gigabytes(bytes / candidateNs)} />
      <NumberCell label="GFLOP/s" text={columns.gigaflops(flops / candidateNs)} />
      <NumberCell label="Of roofline" text={columns.shares(rooflineShare)} />
      <NumberCell label="Samples" text={String(detail.sampleCount)} />
      <td class="soft" data-label="Stopped by">
        {stopWords[detail.stoppedBy]}
      </td>
    </tr>
  );
}
