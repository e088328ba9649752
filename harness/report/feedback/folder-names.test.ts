import { expect, it } from "vitest";
import { nameProblem } from "../../submission/file-name.ts";
import { folderNames } from "./folder-names.ts";

it("keeps names that are valid on every file system", () => {
  const names = ["ada", "Zoë Müller", "max.power", "名前", "a+b@example.org"];
  expect([...folderNames(names)]).toEqual(names.map((name) => [name, name]));
});

it.each([
  "..",
  ".",
  "",
  "../../etc",
  "a/b",
  "a\\b",
  "CON",
  "nul.txt",
  "x".repeat(300),
  "é".repeat(200),
  "a\nb",
  "end.",
  "\u202e",
  ".git",
])("makes a folder's name of %j", (candidate) => {
  const name = folderNames([candidate]).get(candidate)!;
  expect(nameProblem(name)).toBeUndefined();
  expect(name).not.toMatch(/[/\\]|^\.|\p{C}/u);
  expect(Buffer.byteLength(name)).toBeLessThan(120);
  expect(name).toMatch(/-[\da-f]{8}$/);
});

it("distinguishes names that differ only in case", () => {
  const names = [...folderNames(["Ada", "ada", "e\u0301va", "\u00e9va", "a/b", "a:b", "eve"]).values()];
  const folded = names.map((name) => name.normalize("NFKC").toLowerCase());
  expect(new Set(folded).size).toBe(names.length);
  expect(names.at(-1)).toBe("eve");
});
