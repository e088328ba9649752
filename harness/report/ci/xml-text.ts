import { printable, printableLines } from "../../text/printable.ts";

/** Characters that XML 1.0 forbids even as references (§2.2 "Characters") and that `printable` keeps. */
const NO_XML = /[\ufffe\uffff]/g;

const REFERENCES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text for an XML attribute: on one line, and never markup. */
export function xmlAttribute(text: string): string {
  return escapeXml(printable(text));
}

/** Text for an XML element; keeps line ends. */
export function xmlText(text: string): string {
  return escapeXml(printableLines(text));
}

function escapeXml(text: string): string {
  return text.replace(NO_XML, "\u{fffd}").replace(/[&<>"']/g, (character) => REFERENCES[character]!);
}
