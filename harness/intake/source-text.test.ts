import { expect, test } from "vitest";
import { decodeText } from "./source-text.ts";

const TEXT = "// Maß für Übung\nexport default 1;\n";
const utf16 = (text: string) => Buffer.from(text, "utf16le");

test.each([
  ["UTF-8", Buffer.from(TEXT), "UTF-8"],
  ["UTF-8 with a mark", Buffer.from(`\ufeff${TEXT}`), "UTF-8"],
  ["UTF-16 with a mark", utf16(`\ufeff${TEXT}`), "UTF-16"],
  ["UTF-16 without a mark", utf16(TEXT), "UTF-16"],
  ["UTF-16 of the other order", utf16(`\ufeff${TEXT}`).swap16(), "UTF-16"],
  ["UTF-16 of the other order, without a mark", utf16(TEXT).swap16(), "UTF-16"],
  ["Latin-1", Buffer.from(TEXT, "latin1"), "Latin-1"],
])("reads %s", (_, bytes, encoding) => {
  expect(decodeText(bytes)).toEqual({ text: TEXT, encoding });
});

test("reads an empty file, and one byte", () => {
  expect(decodeText(new Uint8Array()).text).toBe("");
  expect(decodeText(Uint8Array.of(0xff)).text).toBe("ÿ");
});
