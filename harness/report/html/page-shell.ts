import { createHash } from "node:crypto";
import { escapeHtml } from "./escape.ts";

export interface Page {
  readonly title: string;
  readonly style: string;
  /** HTML, with everything in it escaped. */
  readonly body: string;
  /** JavaScript of our own; nothing else in the page is run, whatever it holds. */
  readonly script?: string;
  /** HTML that the script does not need at first: it may be long. */
  readonly rest?: string;
}

/**
 * A whole page in one file. Its content security policy lets nothing leave it and nothing into it: no request of any
 * kind, no script but the page's own (by its hash), no form, no frame.
 */
export function pageHtml({ title, style, body, script = "", rest = "" }: Page): string {
  // In a script element, HTML ends where `</script` stands, and a string may hold that.
  const ownScript = script.replace(/<\/(?=script)/gi, "<\\/").replaceAll("<!--", "<\\!--");
  const hash = createHash("sha256").update(ownScript).digest("base64");
  const policy = [
    "default-src 'none'",
    script === "" ? "script-src 'none'" : `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>
${style.replaceAll("</", "<\\/")}</style>
</head>
<body>
${body}
${script === "" ? "" : `<script>${ownScript}</script>\n`}${rest}</body>
</html>
`;
}
