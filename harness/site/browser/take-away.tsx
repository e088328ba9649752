import { useState } from "preact/hooks";
import type { SubmissionTexts } from "../site-data.ts";
import { copyText } from "./copy-text.ts";
import { download } from "./download.ts";
import { LONGEST_PACKED, packSubmission } from "./share-link.ts";
import { formatSiteRoute } from "./site-routes.ts";
import { submissionZip } from "./submission-zip.ts";
import { hasSameFiles } from "./versions.ts";

interface TakeAwayProps {
  readonly task: string;
  readonly texts: SubmissionTexts;
  readonly starter: SubmissionTexts;
  readonly starterName: string;
  onReset(texts: SubmissionTexts): void;
}

/** Taking a submission elsewhere: as files, or as a link; and starting again. */
export function TakeAway({ task, texts, starter, starterName, onReset }: TakeAwayProps) {
  const [said, setSaid] = useState("");
  const [link, setLink] = useState("");
  const share = async () => {
    const packed = await packSubmission(texts);
    if (packed.length > LONGEST_PACKED) {
      const limit = LONGEST_PACKED.toLocaleString("en");
      setLink("");
      setSaid(`Too long for a link: ${packed.length.toLocaleString("en")} of ${limit} characters. Download the files.`);
      return;
    }
    const address = new URL(formatSiteRoute({ view: "shared", task, packed }), location.href).href;
    setLink(address);
    setSaid(
      (await copyText(address)) ? "Link copied. It contains both files." : "Copy the link: it contains both files.",
    );
  };
  const save = async () => {
    download(`${task}.zip`, await submissionZip(task, texts));
    setSaid(`Downloaded. It holds submissions/me/${task}.ts and ${task}.wgsl.`);
  };
  return (
    <div class="take-away">
      <div class="actions">
        <button type="button" class="plain" onClick={save}>
          Download
        </button>
        <button type="button" class="plain" onClick={share}>
          Share
        </button>
        <button type="button" class="plain" disabled={hasSameFiles(texts, starter)} onClick={() => onReset(starter)}>
          Reset to {starterName}
        </button>
      </div>
      <p role="status" class="soft small">
        {said}
      </p>
      {link !== "" && <input type="text" readOnly aria-label="Link to this submission" value={link} />}
    </div>
  );
}
