import { expect, it } from "vitest";
import { Turns } from "./turns.ts";

it("makes exclusive work wait for the others, and others wait for it", async () => {
  const turns = new Turns();
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} begins`);
    for (let turn = 0; turn < 3; turn++) await Promise.resolve();
    order.push(`${name} ends`);
  };
  const failing = turns.besideOthers(async () => {
    throw new Error("no");
  });
  await Promise.all([
    expect(failing).rejects.toThrow("no"),
    turns.besideOthers(work("a")),
    turns.besideOthers(work("b")),
    turns.alone(work("first alone")),
    turns.besideOthers(work("c")),
    turns.alone(work("second alone")),
  ]);
  expect(order.slice(0, 2)).toEqual(["a begins", "b begins"]);
  expect(order.slice(2, 4).sort()).toEqual(["a ends", "b ends"]);
  expect(order.slice(4, 6)).toEqual(["first alone begins", "first alone ends"]);
  for (const name of ["c", "second alone"]) {
    expect(order.indexOf(`${name} ends`)).toBe(order.indexOf(`${name} begins`) + 1);
  }
});
