import { utimesSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseRoster } from "../marks/roster-file.ts";
import { TestRepository } from "../testing/test-repository.ts";
import { TestTree } from "../testing/test-tree.ts";
import { type CollectPlan, planCollection } from "./collect.ts";
import { parseCollected } from "./collected-file.ts";
import { openDownload } from "./download.ts";

const ROSTER =
  "candidate,name,email,id\nada,Ada Lovelace,ada@example.edu,1001\ngrace,Grace Hopper,grace@example.edu,1002\n";

let tree: TestTree;
beforeEach(() => {
  tree = new TestTree();
});
afterEach(() => tree.delete());

/** @param roster and @param mapping as CSV */
async function plan({ roster = "", mapping = "", folder = tree.folder } = {}): Promise<CollectPlan> {
  const { root } = await openDownload(folder);
  return planCollection(root, {
    taskNames: ["softmax", "attention"],
    roster: roster === "" ? [] : parseRoster(roster, "roster.csv"),
    mapping: mapping === "" ? [] : parseCollected(mapping, "collected.csv"),
  });
}

/** `from → candidate` of what is mapped, and `from: note` of all else. */
function lines({ entries }: CollectPlan): string[] {
  return entries.map(({ from, candidate, status, note }) =>
    status === "collected" ? `${from} → ${candidate}` : `${from} (${status}): ${note}`,
  );
}

describe("without a roster", () => {
  test("folders keep their names, in the forms in which people and systems name them", async () => {
    const names = [
      "alice@uni.example.edu",
      "Müller, Jürgen (123456)",
      "O'Brien, Séan (123458)",
      "ada lovelace",
      "octo-Cat",
      "OctoDog42",
      "李小龍",
      "🚀 rocket-team",
    ];
    for (const name of names) tree.write({ [`${name}/softmax.ts`]: name });
    const { entries, layout } = await plan();
    expect(layout).toBe("folders");
    expect(entries.map(({ candidate }) => candidate)).toEqual([...names].sort());
    const find = (start: string) => entries.find(({ candidate }) => candidate.startsWith(start));
    expect(find("Müller")).toMatchObject({ name: "Jürgen Müller", id: "123456", email: "" });
    expect(find("alice")).toMatchObject({ name: "", email: "alice@uni.example.edu" });
  });

  test("copies of one person's hand-in are a question, whatever they are called", async () => {
    tree.write({
      "hugo/softmax.ts": "1",
      "hugo (1)/softmax.ts": "2",
      "hugo_LATE/softmax.ts": "3",
      "ida/softmax.ts": "4",
    });
    expect(lines(await plan())).toEqual([
      "ida → ida",
      "hugo (unclear): It seems to be of the same person as `hugo (1)` and `hugo_LATE`: which one counts?",
      "hugo (1) (unclear): It seems to be of the same person as `hugo` and `hugo_LATE`: which one counts?",
      "hugo_LATE (unclear): It seems to be of the same person as `hugo` and `hugo (1)`: which one counts?",
    ]);
  });

  test("equal copies are taken once", async () => {
    tree.write({ "hugo/softmax.ts": "1", "hugo (1)/softmax.ts": "1" });
    expect(lines(await plan())).toEqual(["hugo → hugo", "hugo (1) (ignored): It has the same files as `hugo`."]);
  });

  test.runIf(process.platform === "linux")("names that differ only in case are a question", async () => {
    tree.write({ "mia-late/softmax.ts": "1", "Mia-Late/softmax.ts": "2" });
    expect(lines(await plan())).toEqual([
      "Mia-Late (unclear): It differs from `mia-late` only in case: are they two people?",
      "mia-late (unclear): It differs from `Mia-Late` only in case: are they two people?",
    ]);
  });

  test.runIf(process.platform === "linux")(
    "links, foreign archives and names that systems refuse need a person",
    async () => {
      tree.write({
        "ada/softmax.ts": "",
        "CON/softmax.ts": "",
        "x.rar": "",
        "roster.csv": "",
        "blank /softmax.ts": "",
      });
      tree.link("linked", "ada");
      expect(lines(await plan())).toEqual([
        "ada → ada",
        "blank  → blank",
        "CON (unclear): Its name is reserved on Windows for the device CON. Rename it.",
        "linked (unclear): It is a symbolic link. Submit the file itself.",
        "x.rar (unclear): Kernelmark does not open this kind of archive. Unpack it, or pack it as a zip.",
        "roster.csv (ignored): It is neither a folder nor a zip.",
      ]);
    },
  );

  test("people of one name on Canvas get folders with their numbers", async () => {
    tree.write({
      "smithjohn_1_10_softmax.ts": "a",
      "smithjohn_2_11_softmax.ts": "b",
      "leeann_LATE_3_12_softmax.ts": "c",
    });
    const made = await plan();
    expect(lines(made)).toEqual([
      "leeann*_3_* → leeann",
      "smithjohn*_1_* → smithjohn-1",
      "smithjohn*_2_* → smithjohn-2",
    ]);
    expect(made.entries.map(({ late }) => late)).toEqual(["yes", "", ""]);
  });

  test("Canvas' groups, letters of all languages, and anonymous people are recognised", async () => {
    tree.write({
      "team_blue_5_1_softmax.ts": "a",
      "müllerjürgen_LATE_6_2_softmax.ts": "b",
      "anon_a1B2c_3_softmax.ts": "c",
      "LATE_anon_d4E5f_4_softmax.ts": "d",
    });
    const { entries } = await plan();
    expect(entries.map(({ candidate, from, id, late }) => [candidate, from, id, late].join(" ").trim())).toEqual([
      "anon_a1B2c *anon_a1B2c_* a1B2c",
      "anon_d4E5f *anon_d4E5f_* d4E5f yes",
      "müllerjürgen müllerjürgen*_6_* 6 yes",
      "team_blue team_blue*_5_* 5",
    ]);
  });

  test("Canvas' text entries and its mark of a resubmission belong to their person", async () => {
    tree.write({ "leeann_3_12_softmax-1.ts": "", "leeann_3_13_notes.pdf": "", "leeann_3_text.html": "" });
    const { copies } = await plan();
    expect(copies.map(({ candidate, files }) => [candidate, ...files.keys()])).toEqual([
      ["leeann", "notes.pdf", "text.html", "softmax.ts"],
    ]);
  });

  test("Moodle's folders of one person are one hand-in", async () => {
    tree.write({
      "Jürgen Müller_123_assignsubmission_file/softmax.ts": "",
      "Jürgen Müller_123_assignsubmission_onlinetext/onlinetext.html": "",
      "Jane Doe_124_assignsubmission_file_softmax.ts": "",
      a_1_assignsubmission_file_: "",
    });
    const { copies, layout } = await plan();
    expect(layout).toBe("Moodle download");
    expect(copies.map(({ candidate, files }) => [candidate, ...files.keys()].join(" "))).toEqual([
      "Jane Doe softmax.ts",
      "Jürgen Müller onlinetext.html softmax.ts",
      "a a_1_assignsubmission_file_",
    ]);
  });

  test("repositories of GitHub Classroom are named by their logins", async () => {
    tree.write({
      "gpu-week3-lovelace/softmax.ts": "",
      "gpu-week3-lovelace/README.md": "",
      "gpu-week3-OctoCat/src/softmax.ts": "",
      "gpu-week3-OctoCat/package.json": "{}",
      "gpu-week3-sub/submissions/sub/softmax.ts": "",
      "gpu-week3-sub/README.md": "",
    });
    const made = await plan();
    expect(made.layout).toBe("repositories of GitHub Classroom, named `gpu-week3-<login>`");
    expect(made.entries.map(({ candidate, login }) => `${candidate} ${login}`)).toEqual([
      "OctoCat OctoCat",
      "lovelace lovelace",
      "sub sub",
    ]);
    expect(made.copies.every(({ files }) => files.has("softmax.ts"))).toBe(true);
  });

  test("folders that only begin alike are no repositories", async () => {
    tree.write({ "team-1/softmax.ts": "", "team-1/README.md": "", "team-2/softmax.ts": "", "team-2/README.md": "" });
    expect(lines(await plan())).toEqual(["team-1 → team-1", "team-2 → team-2"]);
    tree.write({ "team-anna/softmax.ts": "", "team-bob/softmax.ts": "", "team-cy/softmax.ts": "" });
    expect((await plan()).entries.map(({ candidate }) => candidate)).toContain("team-anna");
  });

  test("the time of a repository's last commit is when it was received", async () => {
    const repository = new TestRepository({ "softmax.ts": "", "README.md": "" });
    try {
      const { entries } = await plan({ folder: repository.folder });
      expect(Math.abs(Date.parse(entries[0]!.received) - Date.now())).toBeLessThan(600_000);
      expect(entries[0]!.note).toContain("the time of its last commit");
    } finally {
      repository.delete();
    }
  });

  test("the times of a checkout do not decide between copies", async () => {
    const repository = new TestRepository({ "softmax.ts": "old", "softmax (1).ts": "new" });
    try {
      utimesSync(join(repository.folder, "softmax (1).ts"), 1, 1);
      const { copies } = await plan({ folder: repository.folder });
      expect(Buffer.from(await copies[0]!.files.get("softmax.ts")!.read()).toString()).toBe("new");
    } finally {
      repository.delete();
    }
  });

  test("one person's folder is one hand-in; folders in folders are found", async () => {
    tree.write({ "export/inner/ada/src/softmax.ts": "", "export/inner/grace/softmax.ts": "" });
    expect(lines(await plan())).toEqual(["export/inner/ada → ada", "export/inner/grace → grace"]);
    const own = await plan({ folder: `${tree.folder}/export/inner/grace` });
    expect(lines(own)).toEqual([". → grace"]);
  });

  test("a source among people's folders needs a person, and hides nobody", async () => {
    tree.write({ "ada/softmax.ts": "", "grace/softmax.ts": "", "softmax.ts": "" });
    expect(lines(await plan())).toEqual([
      "ada → ada",
      "grace → grace",
      "softmax.ts (unclear): It is not in a candidate's folder. Move it into one, and collect again.",
    ]);
  });

  test("a person's own folders are not people", async () => {
    tree.write({ "softmax.ts": "", "lib/a.ts": "", "old/softmax.ts": "" });
    expect((await plan()).layout).toBe("one hand-in");
  });

  test("folders of code and of tasks are not people", async () => {
    tree.write({
      "ada/src/softmax.ts": "",
      "ada/lib/a.ts": "",
      "bob/softmax/softmax.ts": "",
      "bob/attention/attention.ts": "",
    });
    for (const name of ["ada", "bob"]) {
      const { entries, copies } = await plan({ folder: `${tree.folder}/${name}` });
      expect(entries.map(({ from, candidate }) => `${from} → ${candidate}`)).toEqual([`. → ${name}`]);
      expect(copies[0]!.files.has("softmax.ts")).toBe(true);
    }
  });

  test("a download with nothing in it is an error", async () => {
    await expect(plan()).rejects.toThrow("The download contains no hand-in.");
  });
});

describe("Gradescope", () => {
  const METADATA = `submission_1:
  :submitters:
  - :name: Jane Doe
    :sid: "100"
    :email: jane@example.edu
  :created_at: 2026-11-27 10:00:00
submission_2:
  :submitters:
  - :name: Ann Lee
  - :name: Bob Ray
  :created_at: 2026-11-27 10:00:00.123456789 -08:00
submission_3:
  :submitters: []
submission_9:
  :submitters:
  - :name: Gone
`;

  test("submitters, teams and times come from the metadata", async () => {
    tree.write({ "export/submission_metadata.yml": METADATA, "export/submission_1/softmax.ts": "1" });
    for (const number of [2, 3, 4]) tree.write({ [`export/submission_${number}/softmax.ts`]: String(number) });
    const { entries } = await plan();
    expect(
      entries.map(({ from, candidate, name, id, received, status }) =>
        [from, candidate, name, id, received, status].join("|"),
      ),
    ).toEqual([
      "export/submission_2|Ann Lee|Ann Lee||2026-11-27T10:00:00-08:00|collected",
      "export/submission_2|Ann Lee|Bob Ray||2026-11-27T10:00:00-08:00|collected",
      "export/submission_1|Jane Doe|Jane Doe|100|2026-11-27T10:00:00Z|collected",
      "export/submission_3|||||unclear",
      "export/submission_4|||||unclear",
      "export/submission_9|||||unclear",
    ]);
    expect(entries.slice(3).map(({ note }) => note)).toEqual([
      "It names no candidate. submission_metadata.yml does not say who submitted it. Write the candidate into the mapping.",
      "It names no candidate. submission_metadata.yml does not mention it. Write the candidate into the mapping.",
      "The metadata mention it, but it is not there.",
    ]);
  });

  test.each([
    ["a: [", /^submission_metadata\.yml is not YAML: /],
    ["- a", /^submission_metadata\.yml lists no submissions\.$/],
  ])("metadata %j are an error", async (text, message) => {
    tree.write({ "submission_metadata.yml": text, "submission_1/softmax.ts": "" });
    await expect(plan()).rejects.toThrow(message);
  });

  test("a time that cannot be read is named, and left empty", async () => {
    const late = METADATA.replace("2026-11-27 10:00:00\n", "yesterday\n");
    tree.write({ "submission_metadata.yml": late, "submission_1/softmax.ts": "" });
    const [entry] = (await plan()).entries;
    expect(entry).toMatchObject({ received: "", note: 'Its time "yesterday" cannot be read.' });
  });
});

describe("with a roster", () => {
  test("hand-ins go to the roster's folders, unknown people and twice the same are questions", async () => {
    tree.write({ "lovelaceada_7_1_softmax.ts": "", "unknownann_8_2_softmax.ts": "" });
    const made = await plan({ roster: ROSTER });
    expect(lines(made)).toEqual([
      "lovelaceada*_7_* → ada",
      "unknownann*_8_* (unclear): `unknownann` is not on the roster.",
    ]);
    expect(made.entries[0]).toMatchObject({ name: "Ada Lovelace", email: "ada@example.edu", id: "7" });
    expect(made.absent.map(({ candidate }) => candidate)).toEqual(["grace"]);
  });

  test("two hand-ins of one person are a question", async () => {
    tree.write({ "ada/softmax.ts": "1", "Lovelace, Ada (1001)/softmax.ts": "2", "grace/softmax.ts": "" });
    expect(lines(await plan({ roster: ROSTER }))).toEqual([
      "grace → grace",
      "Lovelace, Ada (1001) (unclear): It seems to be of the same person as `ada`: which one counts?",
      "ada (unclear): It seems to be of the same person as `Lovelace, Ada (1001)`: which one counts?",
    ]);
  });
});

describe("with a mapping", () => {
  const mapping = (...rows: string[]) => ["candidate,from,status,received", ...rows].join("\n");

  test("it decides, and other hand-ins are mapped as before", async () => {
    tree.write({ "hugo/softmax.ts": "1", "hugo (1)/softmax.ts": "2", "x/softmax.ts": "3", "new/softmax.ts": "4" });
    const made = await plan({
      mapping: mapping("hugo,hugo (1),unclear", ",hugo,ignored", "ada,x,collected,2026-11-27T10:00:00Z"),
    });
    expect(lines(made)).toEqual(["x → ada", "hugo (1) → hugo", "new → new", "hugo (ignored): Ignored by the mapping."]);
    expect(made.entries[0]!.received).toBe("2026-11-27T10:00:00Z");
  });

  test("it can choose a folder of a hand-in", async () => {
    tree.write({ "joan/x/monday/softmax.ts": "1", "joan/x/tuesday/softmax.ts": "2", "ada/softmax.ts": "" });
    expect(lines(await plan())).toContain(
      "joan (unclear): Taken from `x`. Modules for softmax are in `monday`, `tuesday`: which one counts?",
    );
    for (const from of ["joan/x/tuesday", "joan/tuesday"]) {
      const { entries, copies } = await plan({ mapping: mapping(`joan,${from},collected`) });
      expect(entries.at(-1)).toMatchObject({ candidate: "joan", from, status: "collected", note: "" });
      expect(Buffer.from(await copies.at(-1)!.files.get("softmax.ts")!.read()).toString()).toBe("2");
    }
    await expect(plan({ mapping: mapping("joan,joan/friday,collected") })).rejects.toThrow("not in the download");
  });

  test("a hand-in for a folder that it gives away needs a person", async () => {
    tree.write({ "hugo/softmax.ts": "1", "hugo (1)/softmax.ts": "2" });
    expect(lines(await plan({ mapping: mapping("hugo,hugo (1),collected") }))).toEqual([
      "hugo (1) → hugo",
      "hugo (unclear): `hugo (1)` is mapped to `hugo` already.",
    ]);
  });

  test("it counts on which hand-in came when, and says so", async () => {
    tree.write({
      "submission_1/softmax.ts": "1",
      "submission_metadata.yml":
        "submission_1: { ':submitters': [{ ':name': Ann }], ':created_at': 2026-11-27 10:00:00 }",
    });
    const made = await plan({ mapping: mapping("ann,submission_1,collected,2026-11-26T09:00:00Z") });
    expect(made.entries[0]!.received).toBe("2026-11-26T09:00:00Z");
    expect(made.remarks).toEqual([
      "`submission_1` came at 2026-11-27T10:00:00Z, but the mapping says 2026-11-26T09:00:00Z, which counts.",
    ]);
  });

  test("its lines must name what is there and can be copied", async () => {
    tree.write({ "ada/softmax.ts": "", "x.rar": "" });
    await expect(plan({ mapping: mapping("bob,bob,collected") })).rejects.toThrow(
      "The mapping names `bob`, which is not in the download.",
    );
    await expect(plan({ mapping: mapping("bob,x.rar,collected") })).rejects.toThrow(
      "The mapping collects `x.rar`, which cannot be copied. Kernelmark does not open this kind of archive.",
    );
    expect(lines(await plan({ mapping: mapping(",gone,ignored") }))).toContain("ada → ada");
  });
});
