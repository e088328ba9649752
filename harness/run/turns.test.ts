import { expect, it } from "vitest";
import { Turns } from "./turns.ts";

it("lets work go on together, or alone", async () => {
  const turns = new Turns();
  const log: string[] = [];
  const work = (name: string) => {
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const start = async () => {
      log.push(`${name} starts`);
      await ended;
      log.push(`${name} ends`);
      if (name === "b") throw new Error("b fails");
    };
    return { start, end };
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const [a, b, alone, c] = ["a", "b", "alone", "c"].map(work);
  const outcomes: Promise<unknown>[] = [];
  const begin = (promise: Promise<void>) => {
    outcomes.push(
      promise.then(
        () => "right",
        ({ message }) => message,
      ),
    );
    return turn();
  };
  await begin(turns.together(a!.start));
  await begin(turns.together(b!.start));
  await begin(turns.alone(alone!.start));
  await begin(turns.together(c!.start));
  expect(log).toEqual(["a starts", "b starts"]);
  for (const { end } of [a!, b!]) end();
  await turn();
  expect(log.slice(2)).toEqual(["a ends", "b ends", "alone starts"]);
  for (const { end } of [alone!, c!]) end();
  expect(await Promise.all(outcomes)).toEqual(["right", "b fails", "right", "right"]);
  expect(log.slice(5)).toEqual(["alone ends", "c starts", "c ends"]);
});
