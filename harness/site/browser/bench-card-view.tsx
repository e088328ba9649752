import { useState } from "preact/hooks";
import { benchCard, type Card } from "./bench-card.ts";
import { copyText } from "./copy-text.ts";
import { download } from "./download.ts";
import type { BenchSummary } from "./versions.ts";

const FILE_NAME = "kernelmark-speed";
/** Pixels of the picture for each of its units. */
const SCALE = 2;

/** A measurement to show to others, as text and as a picture. */
export function BenchCard({ title, summary }: { readonly title: string; readonly summary: BenchSummary }) {
  const [said, setSaid] = useState("");
  const card = benchCard(title, summary);
  const copy = async () => setSaid((await copyText(card.text)) ? "Copied." : "This browser refused: select the text.");
  const saveSvg = () => download(`${FILE_NAME}.svg`, new Blob([card.picture], { type: "image/svg+xml" }));
  const savePng = async () => download(`${FILE_NAME}.png`, await pngOf(card));
  return (
    <section class="card" aria-labelledby="card">
      <h2 id="card">To share</h2>
      <img src={addressOf(card)} width={card.width} height={card.height} alt={card.text} />
      <div class="actions">
        <button type="button" class="plain" onClick={copy}>
          Copy as text
        </button>
        <button type="button" class="plain" onClick={savePng}>
          Save as PNG
        </button>
        <button type="button" class="plain" onClick={saveSvg}>
          Save as SVG
        </button>
        <p role="status" class="soft small">
          {said}
        </p>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions must be reachable by the keyboard */}
      <pre tabIndex={0}>{card.text}</pre>
    </section>
  );
}

function addressOf({ picture }: Card): string {
  return `data:image/svg+xml,${encodeURIComponent(picture)}`;
}

async function pngOf(card: Card): Promise<Blob> {
  const image = new Image(SCALE * card.width, SCALE * card.height);
  image.src = addressOf(card);
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d")!.drawImage(image, 0, 0, image.width, image.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error("no picture")) : resolve(blob)), "image/png"),
  );
}
