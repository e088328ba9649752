import { expect, test } from "vitest";
import { foldName } from "./fold-name.ts";

test.each([
  ["Zoë", "zoe"],
  ["Zoe\u0308", "zoe"],
  ["SØREN", "soren"],
  ["Weiß", "weiss"],
  ["Łukasz Żółć", "lukasz zolc"],
  ["Nguyễn", "nguyen"],
  ["Æsa", "aesa"],
  ["Ｚoe", "zoe"],
  ["陈伟", "陈伟"],
  ["max.power-7", "max.power-7"],
])("%s is searched as %s", (name, expected) => {
  expect(foldName(name)).toBe(expected);
});
