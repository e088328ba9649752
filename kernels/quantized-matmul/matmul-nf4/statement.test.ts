import { expect, it } from "vitest";
import { evaluate } from "../../../reference/oracle.ts";
import task from "./task.ts";

it("gives the result of the statement's example", () => {
  const inputs = {
    a: Float32Array.from({ length: 64 }, (_, i) => (i === 3 ? 2 : 0)),
    w: Uint32Array.from({ length: 8 }, (_, word) => (word === 0 ? 0x7777c777 : 0x77777777)),
    absmax: Uint32Array.of(10),
    absmax_scale: Float32Array.of(0.0001),
    absmax_offset: Float32Array.of(0.5),
  };
  const { out } = evaluate(task.oracle, { shape: { m: 1, n: 1, k: 64 }, params: {}, inputs }, { out: 1 });
  expect(task.spec.statement).toContain(`= [[${out!.expected[0]!.toPrecision(4)}]]`);
});
