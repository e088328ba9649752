import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { packageRoot } from "../files/package-root.ts";
import { readResults } from "../run/results-file.ts";

const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

it("grade names everyone and everything that needs a person, last in the terminal", async () => {
  put("week/s1/softmax.ts", "no module");
  put("week/s2/src/my_softmax.ts", "");
  put("week/Hopper, Grace/report.pdf", "");
  put("week/eve/softmax.docx", "");
  put("week/__MACOSX/._softmax.ts", "");
  const roster = put(
    "roster.csv",
    [
      "Student,ID,SIS User ID,SIS Login ID,Section",
      "    Points Possible,,,,",
      '"Lovelace, Ada",11,,ada@x.org,A',
      '"Turing, Alan",12,,alan@x.org,B',
      '"Hopper, Grace",13,,grace@x.org,B',
      '"Absent, Ann",14,,ann@x.org,A',
    ].join("\n"),
  );
  put(
    "week/collected.csv",
    [
      "candidate,from,received,late,name,email,login,id,status,note",
      "s1,a.zip,,,,ada@x.org,,,collected,",
      "s2,b.zip,,,,,,12,collected,",
    ].join("\n"),
  );
  const [week, run] = [join(folder, "week"), join(folder, "run")];
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(packageRoot(), "bin", "kernelmark.js"), "grade", week, "--roster", roster, "--out", run],
    { encoding: "utf8", env: { ...process.env, COLUMNS: "200" } },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining("Not taken: 2 files") });
  const end = stdout.slice(stdout.indexOf("Needs a person"));
  for (const words of [
    "Turing, Alan (s2): src/my_softmax.ts: It is in the subfolder `src`.",
    "Hopper, Grace: report.pdf: It is a `.pdf` file, not a module.",
    "eve: softmax.docx: It is a `.docx` file, not a module. Submit the module itself, as `softmax.ts`.",
    "Not matched to the roster (1)",
    "Absent, Ann (ann@x.org)",
  ]) {
    expect(end.replace(/\s+/g, " ")).toContain(words);
  }
  expect(end).not.toContain("Lovelace");

  const { roster: people, notTaken, attempts } = await readResults(run);
  expect(people.map(({ candidate, platformId }) => [platformId, candidate])).toEqual([
    ["11", "s1"],
    ["12", "s2"],
    ["13", "Hopper, Grace"],
    ["14", "ann@x.org"],
  ]);
  expect(notTaken.map(({ path }) => path)).toEqual([
    "Hopper, Grace/report.pdf",
    "eve/softmax.docx",
    "s2/src/my_softmax.ts",
  ]);
  expect(attempts.map(({ candidate, verdict }) => `${candidate} ${verdict}`)).toEqual([
    "Hopper, Grace missing",
    "ann@x.org missing",
    "eve missing",
    "s1 compile-error",
    "s2 missing",
  ]);
  expect(readFileSync(join(run, "feedback", "s2.md"), "utf8").toLowerCase()).not.toContain("not submitted");
  expect(readFileSync(join(run, "feedback", "ann@x.org.md"), "utf8")).toContain("Not submitted");
});
