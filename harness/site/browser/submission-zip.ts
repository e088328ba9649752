import type { SubmissionTexts } from "../site-data.ts";

/** A zip that unpacks to `submissions/me/`, where `kernelmark check` and `grade` look. */
export async function submissionZip(task: string, { module, kernel }: SubmissionTexts): Promise<Blob> {
  const { ZipWriter } = await import("@zip.js/zip.js/lib/zip-core-writer.js");
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const zip = new Response(readable, { headers: { "content-type": "application/zip" } }).blob();
  const writer = new ZipWriter(writable, { useWebWorkers: false });
  await writer.add(`submissions/me/${task}.ts`, new Blob([module]).stream());
  await writer.add(`submissions/me/${task}.wgsl`, new Blob([kernel]).stream());
  await writer.close();
  return zip;
}
