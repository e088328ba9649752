import type { Tutorial } from "../site-data.ts";
import { ProseView } from "./prose-view.tsx";
import { formatSiteRoute, taskAddress } from "./site-routes.ts";
import { useDocument } from "./use-document.ts";
import { Workplace } from "./workplace.tsx";

/** A step of the tutorial, which can be run, changed and checked like a task. */
export function TutorialPage({ step }: { readonly step: number }) {
  const loaded = useDocument<Tutorial>("tutorial.json");
  if (loaded.state === "loading") return <p class="soft">…</p>;
  if (loaded.state === "failed") return <p role="alert">The tutorial could not be loaded. {loaded.reason}</p>;
  return <StepView tutorial={loaded.value} step={step} />;
}

const stepAddress = (step: number) => formatSiteRoute({ view: "tutorial", step });

function StepView({ tutorial, step }: { readonly tutorial: Tutorial; readonly step: number }) {
  const { title, task, family, steps } = tutorial;
  const shown = steps[step - 1];
  if (shown === undefined) {
    return (
      <section>
        <h1 tabIndex={-1}>No such step</h1>
        <p>
          The tutorial has {steps.length} steps. <a href={stepAddress(1)}>The first</a>
        </p>
      </section>
    );
  }
  const following = steps[step];
  const next =
    following === undefined
      ? { address: taskAddress(task), title: "Write your own" }
      : { address: stepAddress(step + 1), title: `Step ${step + 1}: ${following.title}` };
  return (
    <>
      <section class="lead">
        <p class="soft">{title}</p>
        <h1 tabIndex={-1}>
          Step {step}: {shown.title}
        </h1>
        <nav class="crumbs" aria-label="Steps">
          {steps.map((one, place) => (
            <a
              key={one.title}
              href={stepAddress(place + 1)}
              aria-current={place === step - 1 ? "page" : undefined}
              title={one.title}
            >
              Step {place + 1}
            </a>
          ))}
          <a href={taskAddress(task)}>The task</a>
        </nav>
      </section>
      <div class="workplace">
        <section class="about" aria-label="Explanation">
          <ProseView blocks={shown.blocks} />
          <p>
            Check this step, change it, measure it. <a href={next.address}>{next.title} →</a>
          </p>
        </section>
        <Workplace
          key={step}
          task={{ name: task, family, title: `Softmax, step ${step}` }}
          place={`tutorial-${step}`}
          starter={shown}
          starterName="this step"
          next={next}
        />
      </div>
    </>
  );
}
