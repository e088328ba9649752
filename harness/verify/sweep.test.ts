import { expect, test } from "vitest";
import type { KernelId, Role } from "./kernels.ts";
import { kernelsInTurn } from "./sweep.ts";

const kernel = (role: Role, name: string = role): KernelId => ({ role, name });
const KERNELS = [
  ...(["plain", "tuned", "starter"] as const).map((role) => kernel(role)),
  ...["a", "b", "c", "d", "e"].map((name) => kernel("honest", name)),
  ...(["imprecise", "wrong", "limited"] as const).map((role) => kernel(role)),
];
const namesAt = (turn: number) => kernelsInTurn(KERNELS, turn).map(({ name }) => name);

test("the first seeds judge every kernel", () => {
  for (const turn of [0, 1, 2]) expect(kernelsInTurn(KERNELS, turn)).toEqual(KERNELS);
});

test("further seeds judge the built-in kernels, and each honest variant once in four", () => {
  expect([3, 4, 5, 6].map(namesAt)).toEqual([
    ["plain", "tuned", "d"],
    ["plain", "tuned", "a", "e"],
    ["plain", "tuned", "b"],
    ["plain", "tuned", "c"],
  ]);
});
