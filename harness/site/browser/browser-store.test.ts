import { describe, expect, it } from "vitest";
import { BrowserStore } from "./browser-store.ts";
import { MOST_VERSIONS, type Outcome, type Version } from "./versions.ts";

/** A browser's storage that takes this many characters. */
function storageFor(mostCharacters = Number.POSITIVE_INFINITY): Storage {
  const values = new Map<string, string>();
  return {
    get length() {
      return values.size;
    },
    key: (place) => [...values.keys()][place] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem(key, value) {
      if (value.length > mostCharacters) throw new DOMException("full", "QuotaExceededError");
      values.set(key, value);
    },
    removeItem: (key) => values.delete(key),
    clear: () => values.clear(),
  };
}

const ACCEPTED: Outcome = { kind: "check", verdict: "accepted", passed: 3, caseCount: 3 };
const WRONG: Outcome = { kind: "check", verdict: "wrong-answer", passed: 1, caseCount: 3 };

function version(number: number, outcome: Outcome): Version {
  const at = new Date(number * 1000).toISOString();
  return { at, module: "plan", kernel: `kernel ${number}`, outcome };
}

describe("what a browser keeps", () => {
  it("is there for the next page: work, hints, versions and tasks solved", () => {
    const storage = storageFor();
    const store = new BrowserStore(storage);
    store.keepWork("softmax", { module: "a", kernel: "b" });
    store.keepHintsShown("softmax", 2);
    store.addVersion("softmax", version(1, ACCEPTED));
    store.markSolved("softmax", "2026-01-02T03:04:05.000Z");
    store.markSolved("softmax", "2027-01-01T00:00:00.000Z");
    const later = new BrowserStore(storage);
    expect(later.work("softmax")).toEqual({ module: "a", kernel: "b" });
    expect(later.hintsShown("softmax")).toBe(2);
    expect(later.versions("softmax")).toEqual([version(1, ACCEPTED)]);
    expect(later.solvedAt().get("softmax")).toBe("2026-01-02T03:04:05.000Z");
    expect(later.work("gelu")).toBeUndefined();
    expect(later.isKept).toBe(true);
  });

  it("is only the newest versions, but successes outlive failures", () => {
    const store = new BrowserStore(storageFor());
    store.addVersion("softmax", version(0, ACCEPTED));
    for (let number = 1; number <= MOST_VERSIONS + 5; number++) store.addVersion("softmax", version(number, WRONG));
    const kept = store.versions("softmax");
    expect(kept).toHaveLength(MOST_VERSIONS);
    expect(kept[0]).toEqual(version(MOST_VERSIONS + 5, WRONG));
    expect(kept.at(-1)).toEqual(version(0, ACCEPTED));
  });

  it("is each result once: the same files with the same verdict become newer", () => {
    const store = new BrowserStore(storageFor());
    const again = { ...version(1, WRONG), at: version(2, WRONG).at };
    store.addVersion("softmax", version(1, WRONG));
    store.addVersion("softmax", again);
    expect(store.versions("softmax")).toEqual([again]);
    store.keepReplaced("softmax", again);
    expect(store.versions("softmax")).toEqual([again]);
  });

  it("lasts until the page closes if storage is full or missing", () => {
    for (const storage of [undefined, storageFor(10)]) {
      const store = new BrowserStore(storage);
      store.keepWork("softmax", { module: "a", kernel: "b" });
      expect(store.work("softmax")).toEqual({ module: "a", kernel: "b" });
      expect(store.isKept).toBe(false);
    }
  });

  it("is read with care: others may have written it", () => {
    const storage = storageFor();
    storage.setItem("kernelmark/work/softmax", '{"module":1}');
    storage.setItem("kernelmark/hints/softmax", "-1");
    storage.setItem("kernelmark/solved", '["softmax"]');
    const good = version(1, WRONG);
    const bad = [null, { ...good, at: "soon" }, { ...good, outcome: { ...WRONG, verdict: "perfect" } }];
    storage.setItem("kernelmark/versions/softmax", JSON.stringify([...bad, good]));
    storage.setItem("kernelmark/versions/gelu", "{");
    const store = new BrowserStore(storage);
    expect(store.work("softmax")).toBeUndefined();
    expect(store.hintsShown("softmax")).toBe(0);
    expect(store.solvedAt().has("softmax")).toBe(false);
    expect(store.versions("softmax")).toEqual([good]);
    expect(store.versions("gelu")).toEqual([]);
  });

  it("can be deleted, without what others keep", () => {
    const storage = storageFor();
    storage.setItem("kernelmark-theme", "dark");
    const store = new BrowserStore(storage);
    store.keepWork("softmax", { module: "a", kernel: "b" });
    store.addVersion("gelu", version(1, ACCEPTED));
    store.deleteVersion("gelu", version(1, ACCEPTED).at);
    expect(store.versions("gelu")).toEqual([]);
    store.deleteAll();
    expect(store.work("softmax")).toBeUndefined();
    expect(storage.length).toBe(1);
  });

  it("is announced when it changes", () => {
    const store = new BrowserStore(storageFor());
    let changes = 0;
    const end = store.listen(() => changes++);
    store.keepHintsShown("softmax", 1);
    end();
    store.keepHintsShown("softmax", 2);
    expect(changes).toBe(1);
  });
});
