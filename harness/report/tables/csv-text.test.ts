import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { importText, spreadsheet, spreadsheetFormat } from "./csv-text.ts";

const textOf = (locale: string | undefined, rows: (string | number)[][]) =>
  [...spreadsheet([rows], spreadsheetFormat(locale))].join("");

describe("a spreadsheet", () => {
  it("begins with a byte order mark, from which Excel knows that it is UTF-8", () => {
    expect(textOf(undefined, [["é", 1.5]])).toBe("\ufeffé,1.5\n");
  });

  it.each(["de", "fr-FR", "pt-BR"])("has semicolons and decimal commas for %s", (locale) => {
    const text = textOf(locale, [["a;b", "1,2", -0.25, 3]]);
    expect(parse(text, { bom: true, delimiter: ";" })).toEqual([["a;b", "1,2", "-0,25", "3"]]);
  });

  it.each(["en", "en-GB", "ja"])("has commas and decimal points for %s", (locale) => {
    expect(textOf(locale, [["a,b", 0.5]])).toBe('\ufeff"a,b",0.5\n');
  });

  it.each(["xx", "german", "de_DE", ""])("is refused for %j, which is no locale", (locale) => {
    expect(() => spreadsheetFormat(locale)).toThrow(`There is no locale "${locale}".`);
  });
});

it("an importer's key is unchanged, except that it is on one line", () => {
  for (const key of ["-12", "+49 30 1", "@ada", "=x", "'-12"]) expect(importText(key)).toBe(key);
  expect(importText(" ada\r\n lovelace\u0000")).toBe("ada lovelace");
});
