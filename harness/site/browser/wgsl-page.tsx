import type { WrittenPage } from "../site-data.ts";
import { ProseView } from "./prose-view.tsx";
import { useDocument } from "./use-document.ts";

/** WGSL for people who know CUDA or PyTorch. */
export function WgslPage() {
  const loaded = useDocument<WrittenPage>("wgsl.json");
  if (loaded.state === "loading") return <p class="soft">…</p>;
  if (loaded.state === "failed") return <p role="alert">The page could not be loaded. {loaded.reason}</p>;
  const { title, blocks } = loaded.value;
  return (
    <>
      <section class="lead">
        <h1 tabIndex={-1}>{title}</h1>
      </section>
      <ProseView blocks={blocks} />
    </>
  );
}
