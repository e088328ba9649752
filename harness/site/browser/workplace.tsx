import { useEffect } from "preact/hooks";
import type { SubmissionTexts } from "../site-data.ts";
import { BenchView } from "./bench-view.tsx";
import { store } from "./browser-store.ts";
import { EditorPair } from "./editor-pair.tsx";
import { JudgingActions } from "./judging-actions.tsx";
import { TakeAway } from "./take-away.tsx";
import { Unready } from "./unready.tsx";
import { useJudging } from "./use-judging.ts";
import { useWork } from "./use-work.ts";
import { type NextPlace, VerdictView } from "./verdict-view.tsx";
import { VersionList } from "./version-list.tsx";
import { hasSameFiles } from "./versions.ts";

interface WorkplaceProps {
  readonly task: { readonly name: string; readonly family: string; readonly title: string };
  /** In the browser's storage: see `BrowserStore.work`. */
  readonly place: string;
  readonly starter: SubmissionTexts;
  /** For the button that returns to it. */
  readonly starterName: string;
  readonly next: NextPlace | undefined;
}

/** Editors, checks, measurements and versions of a submission. */
export function Workplace({ task, place, starter, starterName, next }: WorkplaceProps) {
  const judging = useJudging(task, place);
  const work = useWork(place, starter, judging.compile);
  const { readiness, checked, measured } = judging;
  const check = () => judging.check(work.texts);
  // The first texts were there before the worker was.
  useEffect(() => {
    if (readiness.state === "ready") judging.compile(work.texts);
  }, [readiness.state]);
  const replace = ({ module, kernel }: SubmissionTexts) => {
    if (!hasSameFiles(work.texts, starter)) store.keepReplaced(place, work.texts);
    work.replace({ module, kernel });
  };
  return (
    <>
      <section aria-label="Your submission" class="editors">
        <EditorPair
          key={work.revision}
          task={task.name}
          texts={work.texts}
          diagnostics={judging.diagnostics}
          onChange={work.change}
          onSubmit={check}
        />
        <JudgingActions judging={judging} onCheck={check} onBench={(choice) => judging.bench(work.texts, choice)} />
        <TakeAway task={task.name} texts={work.texts} starter={starter} starterName={starterName} onReset={replace} />
      </section>
      <div class="outcome">
        <Unready readiness={readiness} />
        {checked !== undefined && <VerdictView checked={checked} seed={judging.seed} next={next} />}
        {measured !== undefined && readiness.state === "ready" && (
          <BenchView task={task} {...measured} adapter={readiness.adapter} />
        )}
        <VersionList place={place} current={work.texts} onRestore={replace} />
      </div>
    </>
  );
}
