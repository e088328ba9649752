import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { packageRoot } from "../../harness/files/package-root.ts";
import { machinesText, withMachines } from "./page.ts";
import { readMachine } from "./read-machine.ts";

const adapter = { name: "gpu", kind: "hardware", description: "NVIDIA H200", driver: "570.86.15" };
const shape = {
  ...{ candidateNs: 250_000, yardstickNs: 450_000, speedup: { estimate: 1.8, low: 1.79, high: 1.81 } },
  ...{ rooflineShare: 0.42, isImplausible: false },
};
const softmax = { schema: 1, task: "softmax", adapter, state: "measured", shapes: [shape] };
const throttled = {
  ...{ source: "nvidia-smi", readings: 3, leastClockMhz: 1410, mostClockMhz: 1980 },
  throttledBy: [{ reason: "power-limit", readings: 2 }],
};

/** A folder as scripts/hardware.sh writes it. */
function folderWith(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-hardware-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, content] of Object.entries({ "summary.txt": "2026-11-30, Linux", ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

it("makes a table of machines and one of kernels, and says what was not measured", () => {
  const folder = folderWith({
    "doctor.json": { ok: true, adapter },
    "calibrate.json": { isUsable: true, verdict: "This adapter can measure for marks: precision ±0.21 %." },
    "bench/softmax.json": { ...softmax, conditions: throttled },
    "bench/attention.json": { ...softmax, task: "attention", conditions: { ...throttled, throttledBy: [] } },
    "bench/conv2d.json": { schema: 1, task: "conv2d", state: "refused", message: "The kernel crashed the driver." },
    "bench/scan.json": "",
    "bench/scan.json.err": "Error: measuring failed\nmore",
    "grade/results.json": { attempts: [{ verdict: "accepted", measurement: softmax }, { verdict: "wrong-answer" }] },
  });
  const text = machinesText([readMachine(folder)]);
  expect(text.replace(/ +/g, " ")).toBe(
    `| adapter | driver | date | doctor | grade | calibrate |
| ----------- | --------: | ---------- | ------ | -------------------- | ------------------------------------------------------ |
| NVIDIA H200 | 570.86.15 | 2026-11-30 | ready | 2 judged, 1 measured | This adapter can measure for marks: precision ±0.21 %. |

**NVIDIA H200**: tuned kernels on their large shapes.

| task | plain | tuned | plain / tuned (95 % interval) | of roofline | throttling |
| --------- | ------ | ------ | ----------------------------- | ----------: | ----------------------------- |
| attention | 450 µs | 250 µs | 1.800 (1.790 to 1.810) | 42 % | none |
| softmax | 450 µs | 250 µs | 1.800 (1.790 to 1.810) | 42 % | power-limit, 1410 to 1980 MHz |

Not measured:

- \`conv2d\`: The kernel crashed the driver.
- \`scan\`: Error: measuring failed`,
  );
});

it("shows a machine of which nearly every part failed", () => {
  const folder = folderWith({ "doctor.json": '{ "ok": tr', "bench/softmax.json": softmax });
  expect(machinesText([readMachine(folder)]).replace(/ +/g, " ")).toContain(
    "| NVIDIA H200 | 570.86.15 | 2026-11-30 | failed | failed | failed |",
  );
  expect(machinesText([readMachine(folder)])).toContain("unknown");
});

it("docs/hardware.md has the marks", () => {
  const page = readFileSync(join(packageRoot(), "docs/hardware.md"), "utf8");
  const folder = folderWith({ "bench/softmax.json": softmax });
  expect(withMachines(page, [readMachine(folder)])).toContain("**NVIDIA H200**");
});
