import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { parseNvidiaSmi } from "./nvidia-smi.ts";
import { sensorsOf } from "./sensors.ts";
import { amdSensors, processorSensors } from "./sysfs-sensors.ts";

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-sensors-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A folder with files, as in sysfs: each with a line's end. */
function tree(files: Readonly<Record<string, string | number>>): string {
  const root = emptyFolder();
  write(root, files);
  return root;
}

function write(root: string, files: Readonly<Record<string, string | number>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
}

const H200 = "GPU-5d1c, NVIDIA H200, 98, 1755, 1980, 698.12, 700.00, 61, 0x0000000000000004";
const UNKNOWN = { busyPercent: undefined, highestClockMhz: undefined, temperatureC: undefined };

describe("nvidia-smi", () => {
  it("reads clock, power, temperature and the reason of throttling", () => {
    expect(parseNvidiaSmi(`${H200}\n`, "NVIDIA H200 (NVIDIA: 570.86.15)")).toEqual([
      {
        ...{ source: "nvidia-smi", device: "GPU-5d1c", busyPercent: 98, clockMhz: 1755, highestClockMhz: 1980 },
        ...{ powerW: 698.12, powerLimitW: 700, temperatureC: 61, throttledBy: ["power-limit"] },
      },
    ]);
  });

  it("leaves out what a GPU does not tell, in the words of old and new drivers", () => {
    const line = "GPU-1, NVIDIA A100 MIG 1g.5gb, [N/A], 1410, [Not Supported], [N/A], [Unknown Error], 44, [N/A]\r\n";
    expect(parseNvidiaSmi(line, "")).toMatchObject([
      { ...{ busyPercent: undefined, highestClockMhz: undefined, powerW: undefined, powerLimitW: undefined } },
    ]);
    expect(parseNvidiaSmi(line, "")).toMatchObject([{ clockMhz: 1410, temperatureC: 44, throttledBy: [] }]);
    expect(parseNvidiaSmi("No devices were found\n", "")).toEqual([]);
  });

  it.each([
    ["0x0000000000000000", []],
    ["0x0000000000000001", []], // Idle.
    ["0x0000000000000100", []], // A setting of display clocks.
    ["0x0000000000000008", ["hardware-slowdown"]],
    ["0x0000000000000048", ["temperature"]],
    ["0x0000000000000020", ["temperature"]],
    ["0x000000000000008C", ["power-limit", "power-supply"]],
  ])("reads the reasons in %s", (mask, reasons) => {
    const [reading] = parseNvidiaSmi(H200.replace(/0x.*/, mask), "");
    expect(reading!.throttledBy).toEqual(reasons);
  });

  it("prefers the GPUs that the adapter's description names", () => {
    const two = `${H200}\n${H200.replace("GPU-5d1c, NVIDIA H200", "GPU-7, NVIDIA T400")}\n`;
    const devicesFor = (adapter: string) => parseNvidiaSmi(two, adapter).map(({ device }) => device);
    expect(devicesFor("NVIDIA T400 (NVIDIA: 570.86.15)")).toEqual(["GPU-7"]);
    expect(devicesFor("NVIDIA GPU")).toEqual(["GPU-5d1c", "GPU-7"]);
  });
});

describe.skipIf(process.platform === "win32")("the program nvidia-smi", () => {
  const adapter = { kind: "hardware", vendor: "nvidia", description: "NVIDIA H200 (NVIDIA: 470.57.02)" } as const;

  function install(script: string): string {
    const folder = emptyFolder();
    writeFileSync(join(folder, "nvidia-smi"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "nvidia-smi"), 0o755);
    vi.stubEnv("PATH", folder);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    return folder;
  }

  it("is asked for the name of the reasons that its driver has", async () => {
    const folder = install(`echo "$1" >> "\${0%/*}/calls"
case $1 in
  *clocks_event_reasons*) echo 'Field "clocks_event_reasons.active" is not a valid field to query.'; exit 2 ;;
esac
[ "$2" = "--format=csv,noheader,nounits" ] && echo "${H200}"`);
    const read = sensorsOf(adapter);
    expect(await read()).toMatchObject([{ clockMhz: 1755, throttledBy: ["power-limit"] }]);
    expect(await read()).toHaveLength(1);
    const { readFileSync } = await import("node:fs");
    const reasons = readFileSync(join(folder, "calls"), "utf8").match(/clocks_\w+/g);
    expect(reasons).toEqual(["clocks_event_reasons", "clocks_throttle_reasons", "clocks_throttle_reasons"]);
  });

  it("gives no reading if it fails, or is not there", async () => {
    install("exit 9");
    expect(await sensorsOf(adapter)()).toEqual([]);
    vi.stubEnv("PATH", emptyFolder());
    expect(await sensorsOf(adapter)()).toEqual([]);
  });
});

it("reads AMD's GPUs from amdgpu's monitor, and no other card", async () => {
  const root = tree({
    "class/drm/card0/device/vendor": "0x8086",
    "class/drm/card1/device/vendor": "0x1002",
    "class/drm/card1-DP-1/device/vendor": "0x1002",
    "class/drm/card1/device/gpu_busy_percent": 97,
    "class/drm/card1/device/hwmon/hwmon2/name": "nvme",
    "class/drm/card1/device/hwmon/hwmon3/name": "amdgpu",
    "class/drm/card1/device/hwmon/hwmon3/power1_average": 203000000,
    "class/drm/card1/device/hwmon/hwmon3/power1_cap": 300000000,
    "class/drm/card1/device/hwmon/hwmon3/freq1_input": 2460000000,
    "class/drm/card1/device/hwmon/hwmon3/temp1_input": 67000,
    // Its power has another name.
    "class/drm/card2/device/vendor": "0x1002",
    "class/drm/card2/device/hwmon/hwmon4/name": "amdgpu",
    "class/drm/card2/device/hwmon/hwmon4/power1_input": 15000000,
  });
  const readings = await amdSensors(root)();
  expect(readings.map(({ device: _, ...reading }) => reading)).toEqual([
    {
      ...{ source: "amdgpu", busyPercent: 97, clockMhz: 2460, highestClockMhz: undefined, powerW: 203 },
      ...{ powerLimitW: 300, temperatureC: 67, throttledBy: [] },
    },
    {
      ...{ ...UNKNOWN, source: "amdgpu", clockMhz: undefined, powerW: 15 },
      ...{ powerLimitW: undefined, throttledBy: [] },
    },
  ]);
});

it("reads the processors' highest clock, and whether one grew too hot since the last reading", async () => {
  const cpu = "devices/system/cpu";
  const root = tree({
    [`${cpu}/cpu0/cpufreq/scaling_cur_freq`]: 800000,
    [`${cpu}/cpu0/cpufreq/cpuinfo_max_freq`]: 4700000,
    [`${cpu}/cpu0/thermal_throttle/core_throttle_count`]: 12,
    [`${cpu}/cpu0/thermal_throttle/package_throttle_count`]: 40,
    [`${cpu}/cpu1/cpufreq/scaling_cur_freq`]: 3900000,
    [`${cpu}/cpu1/cpufreq/cpuinfo_max_freq`]: 4700000,
    [`${cpu}/cpufreq/policy0/scaling_cur_freq`]: 9900000,
  });
  const read = processorSensors(root);
  const clocks = { source: "processors", clockMhz: 3900, highestClockMhz: 4700 };
  expect(await read()).toMatchObject([{ ...clocks, throttledBy: [] }]);
  write(root, { [`${cpu}/cpu0/thermal_throttle/package_throttle_count`]: 41 });
  expect(await read()).toMatchObject([{ ...clocks, throttledBy: ["temperature"] }]);
  expect(await read()).toMatchObject([{ ...clocks, throttledBy: [] }]);
});

it("reads nothing where the system tells nothing", async () => {
  expect(await amdSensors(emptyFolder())()).toEqual([]);
  expect(await processorSensors(emptyFolder())()).toEqual([]);
  const amd = { kind: "hardware", vendor: "amd", description: "AMD Radeon" } as const;
  for (const system of ["macos", "windows"] as const) {
    expect(await sensorsOf(amd, system)()).toEqual([]);
    expect(await sensorsOf({ ...amd, kind: "software" }, system)()).toEqual([]);
  }
});
