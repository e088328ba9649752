import { printable, printableLines } from "../../text/printable.ts";

/** What XML 1.0 cannot hold at all, not even as a reference (§2.2 "Characters"), and `printable` leaves. */
const NO_XML = /[\ufffe\uffff]/g;

const REFERENCES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text as it can stand in an XML attribute: on one line, and never markup. */
export function xmlAttribute(text: string): string {
  return escapeXml(printable(text));
}

/** Text as it can stand in an XML element; lines stay. */
export function xmlText(text: string): string {
  return escapeXml(printableLines(text));
}

function escapeXml(text: string): string {
  return text.replace(NO_XML, "\u{fffd}").replace(/[&<>"']/g, (character) => REFERENCES[character]!);
}
