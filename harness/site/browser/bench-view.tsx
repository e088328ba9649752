import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Sentence, VerdictBadge } from "../../report/html/browser/names.tsx";
import { duration } from "../../report/html/browser/numbers.ts";
import type { Measured } from "../../results/measurement.ts";
import type { BrowserAdapter } from "../worker/check-protocol.ts";
import { BenchCard } from "./bench-card-view.tsx";
import type { Benched } from "./check-runner.ts";
import type { BenchSummary } from "./versions.ts";

/** Browsers that round timestamps do so to about 100 µs. */
const COARSE_TICK_NS = 10_000;

interface BenchViewProps {
  readonly task: { readonly name: string; readonly title: string };
  readonly benched: Benched;
  readonly summary: BenchSummary | undefined;
  readonly adapter: BrowserAdapter;
}

/** The outcome of a measurement. */
export function BenchView({ task, benched, summary, adapter }: BenchViewProps) {
  switch (benched.state) {
    case "stopped":
      return null;
    case "failed":
      return (
        <section class="bench" data-bench="failed">
          <h2>Speed</h2>
          <p class="message">
            <Sentence text={`Kernelmark failed: ${benched.message}`} />
          </p>
        </section>
      );
    case "refused": {
      const { contestant, refusal } = benched;
      return (
        <section class="bench" data-bench="refused">
          <h2>Speed</h2>
          <p>
            <VerdictBadge verdict={refusal.verdict} />{" "}
            <span class="soft">
              {contestant === "candidate" ? "only accepted kernels are timed" : "the baseline does not run here"}
            </span>
          </p>
          <p class="message">
            <Sentence text={refusal.message} />
          </p>
        </section>
      );
    }
    case "measured":
      return (
        <div class="bench" data-bench="measured">
          <MeasurementLoader task={task.name} measurement={benched.measurement} />
          <ClockNote measurement={benched.measurement} isSoftware={adapter.isSoftware} />
          {summary !== undefined && <BenchCard title={task.title} summary={summary} />}
        </div>
      );
  }
}

/** The plots are loaded when they are first needed. */
function MeasurementLoader({ task, measurement }: { readonly task: string; readonly measurement: Measured }) {
  const [View, setView] = useState<FunctionComponent<{ task: string; measurement: Measured }>>();
  useEffect(() => {
    let isWanted = true;
    import("./measurement-page.tsx").then(({ MeasurementPage }) => {
      if (isWanted) setView(() => MeasurementPage);
    });
    return () => {
      isWanted = false;
    };
  }, []);
  return View === undefined ? <p class="soft">…</p> : <View task={task} measurement={measurement} />;
}

function ClockNote({ measurement, isSoftware }: { readonly measurement: Measured; readonly isSoftware: boolean }) {
  const { clock, tickNs } = measurement;
  const steps = `in steps of ${duration(tickNs)}`;
  const isCoarse = tickNs >= COARSE_TICK_NS;
  const words =
    clock === "timestamps"
      ? `This browser gives the GPU's own times, ${steps}${isCoarse ? "; a sample has enough runs to make up for it" : ""}.`
      : `This browser does not give the GPU's own times: the wall clock, ${steps}, includes what the browser adds to each sample.`;
  return (
    <p class="soft small">
      {words}
      {isSoftware && " The adapter is software: its figures say nothing about a GPU."}
    </p>
  );
}
