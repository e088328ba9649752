import { expect, test } from "vitest";
import { madeUpNotTaken as found, madeUpAttempt } from "../testing/made-up-run.ts";
import { meantFor, stillNotTaken } from "./not-taken.ts";

const pathsOf = (files: readonly { readonly path: string }[]) => files.map(({ path }) => path);

test("a file that an attempt imports was taken, if it is the same candidate's", () => {
  const files = [{ name: "lib/softmax-common.ts", text: "" }];
  const attempts = [madeUpAttempt("ada", "attention", "accepted", { files })];
  const both = [found("ada", "lib/softmax-common.ts", "softmax"), found("bob", "lib/softmax-common.ts", "softmax")];
  expect(pathsOf(stillNotTaken(both, attempts))).toEqual(["bob/lib/softmax-common.ts"]);
});

test("files of no known task count only if their candidate lacks a submission", () => {
  const attempts = [
    madeUpAttempt("ada", "softmax", "accepted"),
    madeUpAttempt("bob", "softmax", "wrong-answer"),
    madeUpAttempt("bob", "attention", "missing"),
  ];
  const files = ["ada", "bob", "eve"].map((candidate) => found(candidate, "report.pdf", ""));
  expect(pathsOf(stillNotTaken(files, attempts))).toEqual(["bob/report.pdf", "eve/report.pdf"]);
});

test("files of the task come before those of no known task, and replaced ones are none of it", () => {
  const files = [
    found("ada", "report.pdf", ""),
    found("ada", "my-softmax.ts", "softmax"),
    found("ada", "old-gelu.ts", "gelu", "gelu.ts"),
    found("bob", "softmax.zip", "softmax"),
  ];
  expect(pathsOf(meantFor(files, "ada", "softmax"))).toEqual(["ada/my-softmax.ts"]);
  expect(pathsOf(meantFor(files, "ada", "attention"))).toEqual(["ada/report.pdf"]);
  expect(pathsOf(meantFor(files, "ada", "gelu"))).toEqual(["ada/report.pdf"]);
});
