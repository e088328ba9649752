import { Sentence } from "../../report/html/browser/names.tsx";
import type { Readiness } from "./check-runner.ts";
import { NoWebGpu } from "./webgpu-page.tsx";

/** Why nothing can be checked at present, and the way out. */
export function Unready({ readiness }: { readonly readiness: Readiness }) {
  switch (readiness.state) {
    case "no-webgpu":
      return <NoWebGpu reason={readiness.reason} />;
    case "needs-reload":
      return (
        <section class="needs" role="alert">
          <h2>The GPU has stopped</h2>
          <p>
            <Sentence text={`This browser offers WebGPU no more: ${readiness.reason}.`} /> Your work is kept.
          </p>
          <p>
            <button type="button" class="plain" onClick={() => location.reload()}>
              Reload the page
            </button>
          </p>
        </section>
      );
    case "needs-restart":
      return (
        <section class="needs" role="alert">
          <h2>A kernel still runs</h2>
          <p>
            <Sentence text={`It occupies the GPU: ${readiness.reason}.`} /> Your work is kept. Close the browser and
            open it again.
          </p>
        </section>
      );
    default:
      return null;
  }
}
