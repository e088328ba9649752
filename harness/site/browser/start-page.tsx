import { capital } from "../../text/capital.ts";
import type { Catalogue, CatalogueTask } from "../site-data.ts";
import { formatSiteRoute } from "./site-routes.ts";

/** All tasks, by track, in order of level. */
export function StartPage({ catalogue }: { readonly catalogue: Catalogue }) {
  return (
    <>
      <section class="lead">
        <h1 tabIndex={-1}>Write GPU kernels, and see whether they are correct</h1>
        <p>
          Each task asks for a WebGPU compute kernel. Kernelmark checks every element of its results on this browser's
          GPU, and explains what is wrong. Nothing leaves this browser.
        </p>
      </section>
      {catalogue.tracks.map(({ name, tasks }) => (
        <section key={name}>
          <h2>{capital(name)}</h2>
          <ol class="tasks">
            {tasks.map((task) => (
              <TaskEntry key={task.name} task={task} />
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}

function TaskEntry({ task: { name, title, level, teaches } }: { readonly task: CatalogueTask }) {
  return (
    <li>
      <a href={formatSiteRoute({ view: "task", task: name })}>{title}</a>
      {level !== null && <span class="soft small">level {level}</span>}
      {teaches !== "" && <span class="soft">Teaches {teaches}.</span>}
    </li>
  );
}
