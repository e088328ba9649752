import { expect, test } from "vitest";
import { installProblem } from "./packages.ts";

test("without a network, it says what to do", () => {
  const { message, hint } = installProblem(
    "npm error code ENOTFOUND\nnpm error network request failed",
    "/cache/peers",
  );
  expect(message).toBe("The peers' packages are not installed, since npm cannot reach its registry.");
  expect(hint).toBe(
    "Connect to the network once, or copy /cache/peers from a machine on which npm run bench:peers has run.",
  );
});

test("another error of npm is quoted, with the command to try", () => {
  const { message, hint } = installProblem("npm error code EACCES\nnpm error permission denied\n", "/cache/peers");
  expect(message).toContain("npm failed: npm error permission denied");
  expect(hint).toContain("npm install --prefix /cache/peers --ignore-scripts @tensorflow/tfjs-core@");
});
