import type { SubmissionTexts } from "../site-data.ts";
import { fromBase64Url, toBase64Url } from "./base64url.ts";
import { isTexts } from "./versions.ts";

/** Longer addresses are cut by chat programs and mail. */
export const LONGEST_PACKED = 16_000;
/** A short address can unpack to far more than anyone would write. */
const MOST_BYTES = 512 * 1024;

/** A submission as part of an address: compressed, in base64url. */
export async function packSubmission({ module, kernel }: SubmissionTexts): Promise<string> {
  const text = new Blob([JSON.stringify({ module, kernel })]);
  const packed = text.stream().pipeThrough(new CompressionStream("deflate-raw"));
  return toBase64Url(new Uint8Array(await new Response(packed).arrayBuffer()));
}

/**
 * The submission in an address.
 *
 * @throws Error if the address is damaged, or too long
 */
export async function unpackSubmission(packed: string): Promise<SubmissionTexts> {
  const bytes = new Blob([fromBase64Url(packed)]);
  const chunks = bytes.stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const value: unknown = JSON.parse(await textUpTo(chunks, MOST_BYTES));
  if (!isTexts(value)) throw new Error("it does not hold two files");
  return { module: value.module, kernel: value.kernel };
}

async function textUpTo(stream: ReadableStream<Uint8Array>, mostBytes: number): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let [text, byteCount] = ["", 0];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    byteCount += value.length;
    if (byteCount > mostBytes) {
      await reader.cancel();
      throw new Error("its files are too long");
    }
    text += decoder.decode(value, { stream: true });
  }
}
