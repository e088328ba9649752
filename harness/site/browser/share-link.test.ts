import { describe, expect, it } from "vitest";
import { toBase64Url } from "./base64url.ts";
import { LONGEST_PACKED, packSubmission, unpackSubmission } from "./share-link.ts";

async function packed(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return toBase64Url(new Uint8Array(await new Response(stream).arrayBuffer()));
}

describe("a submission in an address", () => {
  it("comes out as it went in, in characters that every address may have", async () => {
    const texts = { module: "export default () => ({ passes: [] });\n", kernel: "// größer als 1 → ∞ <script>\n" };
    const link = await packSubmission(texts);
    expect(link).toMatch(/^[\w-]+$/);
    expect(await unpackSubmission(link)).toEqual(texts);
  });

  it("fits for files of usual size", async () => {
    const lines = Array.from({ length: 300 }, (_, line) => `  let value${line} = x[start + ${line * 7919}u] * 0.5;`);
    const link = await packSubmission({ module: "plan", kernel: lines.join("\n") });
    expect(link.length).toBeLessThan(LONGEST_PACKED);
  });

  it("is refused if it is damaged, has other content, or unpacks to far more", async () => {
    const whole = await packSubmission({ module: "a", kernel: "b".repeat(100) });
    await expect(unpackSubmission(whole.slice(0, -4))).rejects.toThrow();
    await expect(unpackSubmission("%%%")).rejects.toThrow();
    await expect(unpackSubmission(await packed('{"module":"a"}'))).rejects.toThrow("it does not hold two files");
    const bomb = JSON.stringify({ module: "", kernel: " ".repeat(10_000_000) });
    const outcome = unpackSubmission(await packed(bomb)).then(
      () => "unpacked",
      (error: Error) => error.message,
    );
    expect(await outcome).toBe("its files are too long");
  });
});
