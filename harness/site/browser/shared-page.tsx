import { useEffect, useState } from "preact/hooks";
import { CodeLines } from "../../report/html/browser/source-view.tsx";
import type { CatalogueTask, SubmissionTexts } from "../site-data.ts";
import { store, useStored } from "./browser-store.ts";
import { unpackSubmission } from "./share-link.ts";
import { taskAddress } from "./site-routes.ts";
import { hasSameFiles } from "./versions.ts";

type Unpacked =
  | { readonly state: "unpacking" }
  | { readonly state: "unpacked"; readonly texts: SubmissionTexts }
  | { readonly state: "damaged"; readonly reason: string };

/** A submission that came with the address: shown first, and opened only if the user says so. */
export function SharedPage({ task, packed }: { readonly task: CatalogueTask; readonly packed: string }) {
  const [unpacked, setUnpacked] = useState<Unpacked>({ state: "unpacking" });
  useEffect(() => {
    let isWanted = true;
    unpackSubmission(packed).then(
      (texts) => isWanted && setUnpacked({ state: "unpacked", texts }),
      (error: Error) => isWanted && setUnpacked({ state: "damaged", reason: error.message }),
    );
    return () => {
      isWanted = false;
    };
  }, [packed]);
  return (
    <>
      <section class="lead">
        <p class="crumbs">
          <a href="#/">Tasks</a>
        </p>
        <h1 tabIndex={-1}>A shared submission: {task.title}</h1>
        <p class="soft">Somebody wrote this kernel. It runs only when you check it.</p>
      </section>
      {unpacked.state === "unpacking" && <p class="soft">…</p>}
      {unpacked.state === "damaged" && (
        <p role="alert">
          The link is damaged ({unpacked.reason}). Ask for it again, or{" "}
          <a href={taskAddress(task.name)}>open the task</a>.
        </p>
      )}
      {unpacked.state === "unpacked" && <Offered task={task.name} texts={unpacked.texts} />}
    </>
  );
}

function Offered({ task, texts }: { readonly task: string; readonly texts: SubmissionTexts }) {
  const own = useStored((from) => from.work(task));
  const replacesOwn = own !== undefined && !hasSameFiles(own, texts);
  const open = () => {
    if (replacesOwn) store.keepReplaced(task, own);
    store.keepWork(task, texts);
    location.hash = taskAddress(task);
  };
  return (
    <>
      <section class="actions">
        <button type="button" class="primary" onClick={open}>
          {replacesOwn ? "Open it in place of mine" : "Open it in the editors"}
        </button>
        {replacesOwn && <p class="soft">Your own work for this task stays among your versions.</p>}
      </section>
      <div class="compare">
        {([`${task}.wgsl`, `${task}.ts`] as const).map((name) => (
          <section key={name}>
            <h2>{name}</h2>
            <CodeLines
              text={name.endsWith(".ts") ? texts.module : texts.kernel}
              name={name}
              marked={() => false}
              word=""
            />
          </section>
        ))}
      </div>
    </>
  );
}
