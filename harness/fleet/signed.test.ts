import { describe, expect, it } from "vitest";
import { QueueKey } from "./queue-key.ts";
import { sign, verify } from "./signed.ts";

const queueKey = new QueueKey("k".repeat(32));
const key = queueKey.ofRun("a");

describe("a signed value", () => {
  const value = { text: "é\u0000", list: [1.5, null], nested: { ok: true } };
  const signed = sign(value, key, "job");

  it("is read with its key", () => {
    expect(verify(signed, key, "job")).toEqual(value);
  });

  it("keeps infinities and NaN as results.json does", () => {
    const numbers = [Number.POSITIVE_INFINITY, Number.NaN];
    expect(verify(sign(numbers, key, "verdict"), key, "verdict")).toEqual(["Infinity", "NaN"]);
  });

  it("is not valid with another run's key, another queue's, or as another kind", () => {
    expect(verify(signed, queueKey.ofRun("b"), "job")).toBeUndefined();
    expect(verify(signed, new QueueKey("o".repeat(32)).ofRun("a"), "job")).toBeUndefined();
    expect(verify(signed, queueKey.ofAnnouncements(), "job")).toBeUndefined();
    expect(verify(signed, key, "verdict")).toBeUndefined();
  });

  it("is not valid if any character is changed, added or lost", () => {
    for (let index = 0; index < signed.length; index++) {
      const other = signed[index] === "x" ? "y" : "x";
      // Four bits of the last Base64 character before "=" say nothing.
      if (signed[index + 1] === "=" || signed[index] === "=") continue;
      const changed = signed.slice(0, index) + other + signed.slice(index + 1);
      expect(verify(changed, key, "job"), String(index)).toBeUndefined();
    }
    expect(verify(`${signed}A`, key, "job")).toBeUndefined();
    expect(verify(signed.slice(0, -1), key, "job")).toBeUndefined();
  });

  it.each([undefined, null, 7, {}, "", " ", "a b c"])("is not %j", (text) => {
    expect(verify(text, key, "job")).toBeUndefined();
  });
});
