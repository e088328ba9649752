import { expect, it } from "vitest";
import { wrongPicture } from "./picture.ts";

it("shows one element per character if there is room", () => {
  expect(wrongPicture([2, 3], Uint8Array.from([0, 1, 1, 0, 0, 1]))).toEqual(["·##", "··#"]);
});

it("puts leading axes below each other", () => {
  expect(wrongPicture([2, 1, 2], Uint8Array.from([0, 1, 1, 0]))).toEqual(["·#", "#·"]);
});

it("joins elements if there are too many, and shows a single wrong one among them", () => {
  const isWrong = new Uint8Array(1000 * 960);
  isWrong[999 * 960 + 959] = 1;
  const picture = wrongPicture([1000, 960], isWrong);
  expect(picture).toHaveLength(12);
  expect(picture.at(-1)).toBe(`${"·".repeat(47)}+`);
  expect(picture.slice(0, -1).join("")).not.toMatch(/[+#]/);
});
