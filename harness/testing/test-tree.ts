import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A real folder for tests, which are to delete it. */
export class TestTree {
  readonly folder = mkdtempSync(join(tmpdir(), "kernelmark-tree-"));

  /** @param files contents by path; a path that ends in `/` is an empty folder */
  write(files: Readonly<Record<string, string | Uint8Array>>): this {
    for (const [path, content] of Object.entries(files)) {
      const target = join(this.folder, path);
      mkdirSync(path.endsWith("/") ? target : dirname(target), { recursive: true });
      if (!path.endsWith("/")) writeFileSync(target, content);
    }
    return this;
  }

  /** Sets the times of files, in minutes after some start. */
  date(minutes: Readonly<Record<string, number>>): this {
    for (const [path, minute] of Object.entries(minutes)) {
      const seconds = 1_700_000_000 + 60 * minute;
      utimesSync(join(this.folder, path), seconds, seconds);
    }
    return this;
  }

  link(path: string, target: string): this {
    symlinkSync(target, join(this.folder, path));
    return this;
  }

  delete(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
