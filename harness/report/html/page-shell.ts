import { createHash } from "node:crypto";
import { escapeHtml } from "./escape.ts";

export interface Page {
  readonly title: string;
  readonly style: string;
  /** HTML, with everything in it escaped. */
  readonly body: string;
  /** The only JavaScript that the page runs; its content security policy blocks all other. */
  readonly script?: string;
  /** HTML after the script, which does not need it at first: it may be long, and need not be in memory as a whole. */
  readonly rest?: Iterable<string>;
}

/** A whole page as one text: see {@link pagePieces}. */
export function pageHtml(page: Page): string {
  return [...pagePieces(page)].join("");
}

/**
 * A whole page in one file, in pieces. Its content security policy isolates it: no request of any kind, no script except
 * the page's own (by its hash), no form, no frame.
 */
export function* pagePieces({ title, style, body, script = "", rest = [] }: Page): Iterable<string> {
  // HTML ends a script element at any `</script`, even inside a string.
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
  yield `<!doctype html>
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
${script === "" ? "" : `<script>${ownScript}</script>\n`}`;
  yield* rest;
  yield "</body>\n</html>\n";
}
