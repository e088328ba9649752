import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UserError } from "../text/user-error.ts";
import { openDownload } from "./download.ts";
import { type DownloadFile, type DownloadNode, nodesIn } from "./tree.ts";
import { zipLimits } from "./zip-archive.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "zips-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Packed {
  readonly password?: string;
  readonly mode?: number;
}

async function zip(files: Readonly<Record<string, string | Buffer>>, { password, mode }: Packed = {}): Promise<Buffer> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), {
    useWebWorkers: false,
    ...(password === undefined ? {} : { password }),
  });
  for (const [name, content] of Object.entries(files)) {
    await writer.add(
      name,
      new Uint8ArrayReader(Buffer.from(content as string)),
      mode === undefined ? {} : { unixMode: mode },
    );
  }
  return Buffer.from(await writer.close());
}

/** The same zip with another name of equal length in it, which writers refuse. */
function renamed(bytes: Buffer, from: string, to: string): Buffer {
  return Buffer.from(bytes.toString("latin1").replaceAll(from, to), "latin1");
}

async function nodesOf(bytes: Buffer): Promise<Record<string, DownloadNode>> {
  const path = join(folder, "download.zip");
  writeFileSync(path, bytes);
  const download = await openDownload(path);
  const nodes = [...nodesIn(download.root)].map(({ folders, node }) => {
    return [[...folders.map(({ name }) => name), node.name].join("/"), node] as const;
  });
  try {
    for (const [, node] of nodes) if (node.kind === "file") await node.read();
  } finally {
    await download.close();
  }
  return Object.fromEntries(nodes);
}

const failure = async (bytes: Buffer) => nodesOf(bytes).catch((error: unknown) => error as UserError);

test("unpacks folders and zips in zips, without junk", async () => {
  const inner = await zip({ "softmax.ts": "inner", ".DS_Store": "" });
  const nodes = await nodesOf(
    await zip({ "a/b/softmax.ts": "outer", "__MACOSX/a/._softmax.ts": "", "node_modules/x.js": "", "a/hw.zip": inner }),
  );
  expect(Object.keys(nodes)).toEqual(["a/b/softmax.ts", "a/hw.zip/softmax.ts"]);
});

test("reads contents and times of files in a zip in a zip", async () => {
  const path = join(folder, "download.zip");
  writeFileSync(
    path,
    await zip({ "hw.zip": await zip({ "x.ts": "x", "y.ts": "y" }), "hw2.zip": await zip({ "x.ts": "z" }) }),
  );
  const download = await openDownload(path);
  const files = [...nodesIn(download.root)].map(({ node }) => node as DownloadFile);
  const texts = await Promise.all(files.map(async (file) => Buffer.from(await file.read()).toString()));
  expect(texts).toEqual(["x", "y", "z"]);
  expect(files[0]!.modifiedAt).toBeInstanceOf(Date);
  await download.close();
});

test("reads the separators of old programs for Windows", async () => {
  expect(Object.keys(await nodesOf(renamed(await zip({ "alice/x.ts": "" }), "alice/x.ts", "alice\\x.ts")))).toEqual([
    "alice/x.ts",
  ]);
});

test.each(["../x.ts", "/..//x.ts", "a/../../x.ts", "C:/xx.ts"])(
  "refuses a zip with the path %s as a whole",
  async (path) => {
    const inner = renamed(await zip({ ["q".repeat(path.length)]: "x", "y.ts": "y" }), "q".repeat(path.length), path);
    const nodes = await nodesOf(await zip({ "hw.zip": inner }));
    expect(nodes["hw.zip"]).toMatchObject({
      kind: "refused",
      reason: `It contains a path that leaves its folder: \`${path}\`.`,
    });
    const error = (await failure(inner)) as UserError;
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toContain("cannot be collected. It contains a path that leaves its folder");
  },
);

test("refuses links and entries with passwords, and takes the others", async () => {
  const links = await nodesOf(await zip({ "softmax.ts": "/etc/passwd" }, { mode: 0o120777 }));
  expect(links["softmax.ts"]).toMatchObject({ reason: "It is a symbolic link. Submit the file itself." });
  const locked = await nodesOf(await zip({ "softmax.ts": "x" }, { password: "secret" }));
  expect(locked["softmax.ts"]).toMatchObject({ reason: "It is protected by a password. Pack it again without one." });
});

test("refuses a file that unpacks to far more than its size", async () => {
  const nodes = await nodesOf(await zip({ "bomb.ts": Buffer.alloc(2 * zipLimits.ratioBytes), "ok.ts": "x" }));
  expect(nodes["bomb.ts"]).toMatchObject({ reason: "It unpacks to more than 200 times its size." });
  expect(nodes["ok.ts"]).toMatchObject({ kind: "file" });
});

test("refuses a file that is larger than the limit, by the size that the zip states", async () => {
  const bytes = await zip({ "big.bin": "x" });
  // The uncompressed size in the central directory.
  bytes.writeUInt32LE(zipLimits.fileBytes + 1, bytes.lastIndexOf("PK\u0001\u0002") + 24);
  const nodes = await nodesOf(bytes);
  expect(nodes["big.bin"]).toMatchObject({ reason: "It is larger than 64 MiB." });
});

test("never unpacks more than the size that the zip states", async () => {
  const bytes = await zip({ "small.ts": "x".repeat(10_000) });
  for (const [mark, at] of [
    ["PK\u0001\u0002", 24],
    ["PK\u0003\u0004", 22],
  ] as const) {
    bytes.writeUInt32LE(10, bytes.lastIndexOf(mark) + at);
  }
  expect(((await failure(bytes)) as UserError).message).toMatch(/`small\.ts` cannot be unpacked/);
});

test("refuses zips in more zips than anyone packs", async () => {
  let bytes = await zip({ "x.ts": "x" });
  for (let depth = 0; depth <= zipLimits.depth; depth++) bytes = await zip({ "a.zip": bytes });
  const nodes = await nodesOf(bytes);
  expect(nodes).toEqual({
    "a.zip/a.zip/a.zip/a.zip": { kind: "refused", name: "a.zip", reason: "It is in more than 3 zips. Unpack them." },
  });
});

test("refuses paths and numbers of entries that no hand-in has", async () => {
  const long = await nodesOf(await zip({ "hw.zip": await zip({ [`${".".repeat(zipLimits.pathCharacters)}x`]: "" }) }));
  expect(long["hw.zip"]).toMatchObject({ reason: "It contains a path of more than 2000 characters." });
  const { entries } = zipLimits;
  zipLimits.entries = 3;
  try {
    const many = await nodesOf(await zip({ "a.ts": "", "hw.zip": await zip({ a: "", b: "", c: "", d: "" }) }));
    expect(many["hw.zip"]).toMatchObject({ reason: "It has more than 3 entries." });
    expect(many["a.ts"]).toMatchObject({ kind: "file" });
  } finally {
    zipLimits.entries = entries;
  }
});

test("ends with an error if all that is unpacked is too much", async () => {
  const { totalBytes } = zipLimits;
  zipLimits.totalBytes = 1000;
  try {
    const error = (await failure(
      await zip({ "a.ts": "x".repeat(600), "hw.zip": await zip({ "b.ts": "x".repeat(600) }) }),
    )) as UserError;
    expect(error).toMatchObject({ hint: "Collect a part of it at a time." });
  } finally {
    zipLimits.totalBytes = totalBytes;
  }
});

test("refuses entries that share their bytes", async () => {
  const bytes = await zip({ "a.ts": "x".repeat(100), "b.ts": "x".repeat(100) });
  // The offset of the second entry in the central directory.
  bytes.writeUInt32LE(0, bytes.lastIndexOf("PK\u0001\u0002") + 42);
  expect(((await failure(bytes)) as UserError).message).toMatch(/`b\.ts` cannot be unpacked \(Overlapping/);
});

test("refuses two entries of one name", async () => {
  const inner = renamed(await zip({ "x.ts": "1", "y.ts": "2" }), "y.ts", "x.ts");
  const nodes = await nodesOf(await zip({ "hw.zip": inner }));
  expect(nodes["hw.zip"]).toMatchObject({ reason: "It contains two entries named `x.ts`. Pack it again." });
});

test.each([
  ["no zip", Buffer.from("not a zip")],
  ["an empty file", Buffer.alloc(0)],
])("refuses %s, with what is wrong", async (_, bytes) => {
  const nodes = await nodesOf(await zip({ "hw.zip": bytes, "x.ts": "x" }));
  expect(nodes["hw.zip"]).toMatchObject({
    kind: "refused",
    reason: expect.stringMatching(/^It is not a zip, or is damaged \(/),
  });
  expect(nodes["x.ts"]).toMatchObject({ kind: "file" });
  expect(await failure(bytes)).toMatchObject({
    message: expect.stringMatching(/cannot be collected\. It is not a zip, or is damaged/),
    hint: "Download it again as a zip.",
  });
});

test("a damaged content is an error with the file's name", async () => {
  const bytes = await zip({ "softmax.ts": "const a = 1;".repeat(50) });
  const start = 30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28);
  bytes[start + 3]! ^= 0xff;
  expect(((await failure(bytes)) as UserError).message).toMatch(/`softmax\.ts` cannot be unpacked/);
});

test("a path that is not there is an error", async () => {
  await expect(openDownload(join(folder, "no.zip"))).rejects.toThrow("There is no file or folder");
});
