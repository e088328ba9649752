import { createHmac, timingSafeEqual } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { jsonFloat } from "../results/json-float.ts";

/** What a text is signed as: one of one kind is not valid as another. */
export type SignedKind = "run" | "worker" | "job" | "verdict";

/**
 * A value as signed text: HMAC-SHA-256 of the kind and the exact text that follows it, which is the value's JSON,
 * deflated, in Base64. Infinities and NaN become strings, as in `results.json`.
 */
export function sign(value: unknown, key: Buffer, kind: SignedKind): string {
  const body = deflateRawSync(JSON.stringify(value, jsonFloat)).toString("base64");
  return `${macOf(body, key, kind).toString("base64")} ${body}`;
}

/** The value of a text that was signed with this key as this kind; undefined for any other. */
export function verify(text: unknown, key: Buffer, kind: SignedKind): unknown {
  if (typeof text !== "string") return undefined;
  const [mac = "", body = ""] = text.split(" ");
  const given = Buffer.from(mac, "base64");
  const expected = macOf(body, key, kind);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  // Signed by us: neither bomb nor malformed.
  return JSON.parse(inflateRawSync(Buffer.from(body, "base64")).toString());
}

function macOf(body: string, key: Buffer, kind: SignedKind): Buffer {
  return createHmac("sha256", key).update(`${kind} ${body}`).digest();
}
