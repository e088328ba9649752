import * as z from "zod";
import { findingSchema } from "./finding-schema.ts";
import { float, sizes } from "./number-schema.ts";

const interval = z.strictObject({ estimate: float, low: float, high: float });

const shapeMeasurement = z
  .strictObject({
    name: z.string().meta({ description: "`small`, `medium`, `large`, or the sizes themselves." }),
    shape: sizes,
    params: sizes,
    candidateNs: z.number().meta({ description: "The median time of one run." }),
    yardstickNs: z.number().meta({ description: "The median time of one run of the baseline." }),
    speedup: interval.meta({
      description: "The baseline's time divided by the submission's, with its 95 % interval.",
    }),
    noiseFloor: interval.meta({ description: "The baseline's time divided by its own." }),
    bytes: z.number().meta({ description: "The fewest bytes that the function must read and write." }),
    flops: z.number().meta({ description: "Operations that the function needs." }),
    rooflineShare: z.number().meta({
      description: "The least time that this adapter needs, by its measured roofline, divided by `candidateNs`.",
    }),
    isImplausible: z.boolean().meta({ description: "Faster than the adapter can be: needs manual review." }),
    stoppedBy: z.enum(["precision", "budget", "most-samples"]).meta({
      description: "Why sampling ended: a narrow interval, no time left, or the maximum number of samples.",
    }),
    runsPerSample: z.number(),
    inputSets: z.number().meta({ description: "Problems that took turns." }),
    inputSetBytes: z.number().meta({ description: "The memory of all input sets together, with their copies." }),
    caches: z.enum(["cold", "warm"]).exactOptional().meta({
      description:
        "`cold` if the input sets exceed the last cache together, so that a run finds none of its inputs there. Absent in older results.",
    }),
    busyShare: z
      .number()
      .meta({ description: "The share of the sampling's wall time in which the GPU ran the measured kernels." }),
    checkedOutputs: z
      .number()
      .meta({ description: "Timed outputs of the submission that were read back and are correct." }),
    samples: z.array(z.tuple([z.number(), z.number()])).meta({
      description: "Pairs of the submission's and the baseline's time, in ns, each of `runsPerSample` runs.",
    }),
  })
  .meta({ id: "ShapeMeasurement", description: "A submission's speed on one shape." });

const roofline = z
  .strictObject({
    copies: z.array(z.strictObject({ bytes: z.number(), bytesPerSecond: z.number() })).meta({
      description: "Bytes read and written per second when copying, by buffer size: caches are faster than memory.",
    }),
    f32PerSecond: z.number().meta({ description: "Operations per second; a multiply-add counts as two." }),
    int8PerSecond: z.number().meta({ description: "The same for 8-bit integers, four in a word (`dot4I8Packed`)." }),
  })
  .meta({ id: "Roofline", description: "The adapter's measured peak rates." });

const conditions = z
  .strictObject({
    source: z.enum(["nvidia-smi", "amdgpu", "processors"]).meta({ description: "Where the readings come from." }),
    readings: z.number().meta({ description: "Readings while kernels were timed, about one a second." }),
    leastClockMhz: z.number().exactOptional(),
    mostClockMhz: z.number().exactOptional(),
    highestClockMhz: z.number().exactOptional().meta({ description: "The highest clock it can reach." }),
    mostPowerW: z.number().exactOptional(),
    powerLimitW: z.number().exactOptional(),
    mostTemperatureC: z.number().exactOptional(),
    throttledBy: z
      .array(
        z.strictObject({
          reason: z.enum(["power-limit", "temperature", "power-supply", "hardware-slowdown"]),
          readings: z.number().meta({ description: "Readings with this reason." }),
        }),
      )
      .meta({ description: "Why the clock was lowered. Empty also if the driver does not report it." }),
  })
  .meta({
    id: "Conditions",
    description: "Clock, power and temperature of the GPU, or of the processors in software.",
  });

const measured = z.strictObject({
  state: z.literal("measured"),
  against: z.string().meta({ description: "The baseline: `plain`, `tuned`, or a file." }),
  clock: z.enum(["timestamps", "wall-clock"]).meta({ description: "The clock that times the runs." }),
  tickNs: z.number().meta({ description: "The smallest observed difference between two times." }),
  budgetMs: z.number(),
  roofline,
  speedup: z.number().meta({ description: "The geometric mean over the shapes." }),
  isImplausible: z.boolean().meta({ description: "Whether the time on some shape is implausible." }),
  machine: z.string().exactOptional().meta({
    description: "The worker's machine, if the run was shared by several; each measures the baseline itself.",
  }),
  conditions: conditions.exactOptional().meta({
    description: "The state of the GPU or processors while they were timed. Absent if no driver reports it.",
  }),
  shapes: z.array(shapeMeasurement),
  findings: z.array(findingSchema).meta({
    description: "The bottleneck on each shape, and guesses from the code if it is far from the roofline.",
  }),
});

const failed = z.strictObject({
  state: z.literal("failed"),
  message: z.string(),
  isInternalError: z.boolean().optional().meta({
    description: "Kernelmark failed, not the submission: its speed awaits manual review. Absent in older results.",
  }),
});

export const measurementSchema = z
  .discriminatedUnion("state", [measured, failed])
  .meta({ id: "Measurement", description: "A submission's speed, or the reason why it is not known." });
