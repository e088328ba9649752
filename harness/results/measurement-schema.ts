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
    yardstickNs: z.number().meta({ description: "The median time of one run of the yardstick." }),
    speedup: interval.meta({
      description: "The yardstick's time divided by the submission's, with its 95 % interval.",
    }),
    noiseFloor: interval.meta({ description: "The yardstick's time divided by its own." }),
    bytes: z.number().meta({ description: "Bytes that the function must read and write at least." }),
    flops: z.number().meta({ description: "Operations that the function needs." }),
    rooflineShare: z.number().meta({
      description: "The least time that this adapter needs, by its measured roofline, divided by `candidateNs`.",
    }),
    isImplausible: z.boolean().meta({ description: "Faster than the adapter can be: a person has to look." }),
    stoppedBy: z.enum(["precision", "budget", "most-samples"]).meta({
      description: "Why sampling ended: a narrow interval, no time left, or as many samples as are kept.",
    }),
    runsPerSample: z.number(),
    inputSets: z.number().meta({ description: "Problems that took turns." }),
    inputSetBytes: z.number().meta({ description: "The memory of all input sets together." }),
    busyShare: z
      .number()
      .meta({ description: "The share of the sampling's wall time in which the GPU ran the measured kernels." }),
    checkedOutputs: z
      .number()
      .meta({ description: "Timed outputs of the submission that were read back and are correct." }),
    samples: z.array(z.tuple([z.number(), z.number()])).meta({
      description: "Pairs of the submission's and the yardstick's time, in ns, each of `runsPerSample` runs.",
    }),
  })
  .meta({ id: "ShapeMeasurement", description: "How fast a submission is on one shape." });

const roofline = z
  .strictObject({
    copies: z.array(z.strictObject({ bytes: z.number(), bytesPerSecond: z.number() })).meta({
      description: "Bytes read and written in a second by copying, by buffer size: caches are faster than memory.",
    }),
    f32PerSecond: z.number().meta({ description: "Operations in a second; a multiply-add counts as two." }),
    int8PerSecond: z.number().meta({ description: "The same for 8-bit integers, four in a word (`dot4I8Packed`)." }),
  })
  .meta({ id: "Roofline", description: "What the adapter can do at best, as far as was measured." });

const measured = z.strictObject({
  state: z.literal("measured"),
  against: z.string().meta({ description: "What it was compared with: `plain`, `tuned`, or a file." }),
  clock: z.enum(["timestamps", "wall-clock"]).meta({ description: "What takes the times." }),
  tickNs: z.number().meta({ description: "The smallest difference that the clock can tell, as far as was seen." }),
  budgetMs: z.number(),
  roofline,
  speedup: z.number().meta({ description: "The geometric mean over the shapes." }),
  isImplausible: z.boolean().meta({ description: "Whether the time on some shape is." }),
  shapes: z.array(shapeMeasurement),
  findings: z.array(findingSchema).meta({
    description: "What bounds it on each shape, and guesses from its code where it is far from that.",
  }),
});

const failed = z.strictObject({
  state: z.literal("failed"),
  message: z.string(),
  isInternalError: z.boolean().optional().meta({
    description: "Kernelmark failed, not the submission: its speed is held for a person. Absent in older results.",
  }),
});

export const measurementSchema = z
  .discriminatedUnion("state", [measured, failed])
  .meta({ id: "Measurement", description: "How fast a submission is, or why that is not known." });
