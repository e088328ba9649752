import { expect, test } from "vitest";
import { ruleFor } from "./survivor-rules.ts";

test.each([
  ["@compute @workgroup_size(64)", "@compute @workgroup_size(65)", /surplus invocations/],
  ["@compute @workgroup_size(64)", "@compute @workgroup_size(63)", undefined],
  ["let row = group.x + group.y * groups.x;", "let row = group.x + group.y * groups.y;", /rows of workgroups/],
  [
    "for (var i = id.x; i < SIZE; i += groups.x * 256) {",
    "for (var i = id.x; i < SIZE; i = groups.x * 256) {",
    /round/,
  ],
  ["if (lane < width) {", "if (true) {", /race/],
  ["if (lane == 0) {", "if (lane != 0) {", /same value/],
  ["squares += x[i] * x[i];", "squares -= x[i] * x[i];", undefined],
])("%s → %s", (before, after, reason) => {
  const found = ruleFor({ before, after })?.reason;
  if (reason === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(reason);
});
