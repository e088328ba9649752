import { rowCases } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { indicesOf } from "../../../harness/task/constraints.ts";
import { lanesFor } from "../../../harness/task/lanes-per-row.ts";
import { reductionMistakes } from "../../../harness/task/mistake-library.ts";
import { declarationsOf } from "../../../harness/task/one-pass.ts";
import { invocationPerRow } from "../../../harness/task/row-blocks.ts";
import * as rows from "../../../harness/task/row-data.ts";
import {
  anyOf,
  div,
  logSoftmax,
  logSumExp,
  mix,
  mul,
  softmax,
  softmaxMean,
  sub,
  sum,
} from "../../../reference/bounded.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import software from "./tuned-software.wgsl";

/** The largest magnitude of a logit. */
const LARGEST = 400;

type Names = "n" | "classes";
type Params = "temperature" | "alpha";

/** Student and teacher, each by itself. */
const rowwise =
  (drawStudent: rows.DrawRow, drawTeacher = drawStudent): DrawInputs<Names, Params> =>
  (random, { n, classes }) => {
    const { logits: student, targets } = rows.targeted(drawStudent)(random, { rows: n, classes }, {});
    return { student, teacher: rows.targeted(drawTeacher)(random, { rows: n, classes }, {}).logits, targets };
  };

/** A teacher whose logits differ from the student's by noise that is in proportion to the temperature. */
const agreeing =
  (drawStudent: rows.DrawRow, noise: number): DrawInputs<Names, Params> =>
  (random, { n, classes }, { temperature }) => {
    const { logits: student, targets } = rows.targeted(drawStudent)(random, { rows: n, classes }, {});
    const near = (value: number) => value + noise * temperature * random.normal();
    return { student, teacher: student.map((value) => Math.max(-LARGEST, Math.min(LARGEST, near(value)))), targets };
  };

const LOSS = "ALPHA * TEMPERATURE * TEMPERATURE * divergence + (1.0 - ALPHA) * entropy";

const TENSORS = ["student", "teacher", "targets", "loss"];

export default composeTask({
  name: "distillation-loss",
  family: "losses",
  title: "Knowledge distillation",
  step: {
    track: "losses",
    level: 3,
    teaches: "several reductions over one row",
    questions: [31, 32],
  },
  statement: `For every row, compute the loss of a student that learns from a teacher's softened probabilities and from the
target class \`t = targets[i]\`. With \`T = temperature\`:

    p[c]    = softmax over c of teacher[i,c] / T
    q[c]    = softmax over c of student[i,c] / T
    kl      = sum over c of p[c] · (log(p[c]) - log(q[c]))
    ce      = log(sum over c of exp(student[i,c])) - student[i,t]
    loss[i] = alpha · T² · kl + (1 - alpha) · ce

The cross-entropy has no temperature. Logits may be large and the temperature low: subtract maxima before \`exp\`, and take
no logarithm of a probability, which may be 0. Where p is 0, the term is 0.`,
  example: {
    shape: { n: 1, classes: 2 },
    params: { temperature: 2, alpha: 0.5 },
    inputs: { student: [0, 0], teacher: [2 * Math.log(3), 0], targets: [0] },
  },
  hints: [
    "Compute log(p) as (z - m) / T - log(sum of exp((z - m) / T)), with m the row's maximum; p is exp of it.",
    "Three loops over a row are enough: the maxima of both, the three sums of exponentials, the divergence.",
    "Avoid the third loop: kl = mean of (teacher - student) / T, weighted by p, plus the difference of the logarithms.",
    "Compute maxima and sums in one pass over the row: when a maximum grows, rescale its sums (online softmax).",
    "Share a long row in one workgroup: each invocation takes every 64th class, then a tree in workgroup memory reduces.",
  ],
  shape: { n: "rows, each with its own loss", classes: "logits in a row" },
  params: {
    temperature: ["divides the logits, above 0", 3, 1, 0.25, 8, 0.1],
    alpha: ["weight of the divergence, from 0 to 1", 0.7, 0, 0.5, 0.25, 1, 0.9],
  },
  inputs: {
    student: { dims: ["n", "classes"], about: "the student's logits", range: [-LARGEST, LARGEST] },
    teacher: { dims: ["n", "classes"], about: "the teacher's logits", range: [-LARGEST, LARGEST] },
    targets: { type: "u32", dims: ["n"], about: "target class of each row, counted from 0" },
  },
  outputs: { loss: { dims: ["n"], about: "the loss of each row" } },
  unit: ["n"],
  constraints: [
    indicesOf("targets", "classes"),
    {
      sentence: "`temperature` is positive, and `alpha` is from 0 to 1.",
      of: "dimensions",
      holds: ({ params: { temperature, alpha } }) => temperature > 0 && alpha >= 0 && alpha <= 1,
    },
  ],
  reference({ student, teacher, targets }, { temperature, alpha }) {
    const softTeacher = div(teacher, temperature);
    const softStudent = div(student, temperature);
    const byLogarithms = sum(mul(softmax(softTeacher), sub(logSoftmax(softTeacher), logSoftmax(softStudent))));
    const byDifferences = sub(
      softmaxMean(softTeacher, sub(softTeacher, softStudent)),
      sub(logSumExp(softTeacher), logSumExp(softStudent)),
    );
    const divergence = anyOf(byLogarithms, byDifferences);
    const entropy = sub(logSumExp(student), student.at(targets.values[0]!));
    const softened = mul(mul(divergence, temperature), temperature);
    return { loss: mix(entropy, softened, alpha) };
  },
  cases: rowCases("n", "classes", { long: ["plain", "confident", "steep", "agreeing"], whole: "all" }),
  data: {
    plain: ["independent normal logits around 1", rowwise(rows.independent(1, 2))],
    offset: [
      "rows as far from zero as allowed, above, below or both: exp overflows unless the maximum is subtracted",
      rowwise(rows.farFromZero(LARGEST)),
    ],
    confident: ["the target's logit dominates in the student", rowwise(rows.confident, rows.independent(0, 2))],
    steep: [
      "one logit, of different classes for student and teacher, towers over the others: probabilities of 0",
      rowwise(rows.steep),
    ],
    agreeing: ["a teacher that nearly agrees with the student", agreeing(rows.independent(1, 2), 0.3)],
  },
  flops: ({ n, classes }) => 16 * n * classes,
  mistakes: [
    {
      name: "temperature-not-squared-back",
      about: "the divergence is not multiplied by temperature²",
      hint: "Multiply the divergence by T²: its gradients would shrink with the temperature.",
      edits: [[LOSS, "ALPHA * divergence + (1.0 - ALPHA) * entropy"]],
    },
    {
      name: "temperature-once",
      about: "the divergence is multiplied by the temperature instead of its square",
      hint: "Multiply the divergence by T².",
      edits: [[LOSS, "ALPHA * TEMPERATURE * divergence + (1.0 - ALPHA) * entropy"]],
    },
    {
      name: "divergence-reversed",
      about: "the divergence of the teacher from the student is computed, not of the student from the teacher",
      hint: "Weight by the teacher's probabilities: the sum of p · (log(p) - log(q)).",
      edits: [["exp(log_p) * (log_p - log_q)", "exp(log_q) * (log_q - log_p)"]],
    },
    {
      name: "entropy-of-the-teacher-missing",
      about: "the cross-entropy with the teacher is used instead of the divergence",
      hint: "Add the sum of p · log(p): the divergence is 0 if student and teacher agree.",
      edits: [["exp(log_p) * (log_p - log_q)", "exp(log_p) * -log_q"]],
    },
    {
      name: "weights-swapped",
      about: "`alpha` and `1 - alpha` are swapped",
      hint: "Weight the divergence by alpha, and the cross-entropy by 1 - alpha.",
      edits: [[LOSS, "(1.0 - ALPHA) * TEMPERATURE * TEMPERATURE * divergence + ALPHA * entropy"]],
    },
    {
      name: "softened-cross-entropy",
      about: "the cross-entropy is computed at the temperature too",
      hint: "Use the student's logits themselves for the cross-entropy, without dividing by T.",
      edits: [
        [
          "maximum + log(sum) - student[start + targets[row]]",
          "log(soft_sum) - (student[start + targets[row]] - maximum) / TEMPERATURE",
        ],
      ],
    },
    {
      name: "teacher-not-softened",
      about: "the teacher's logits are not divided by the temperature",
      hint: "Divide both the student's and the teacher's logits by T.",
      edits: [
        ["exp((teacher[start + c] - teacher_maximum) / TEMPERATURE)", "exp(teacher[start + c] - teacher_maximum)"],
        ["(teacher[start + c] - teacher_maximum) / TEMPERATURE - log", "(teacher[start + c] - teacher_maximum) - log"],
      ],
    },
    {
      name: "mean-over-classes",
      about: "the divergence is divided by the number of classes",
      hint: "Add the terms of all classes: the divergence is a sum, not a mean.",
      edits: [[LOSS, "ALPHA * TEMPERATURE * TEMPERATURE * divergence / f32(CLASSES) + (1.0 - ALPHA) * entropy"]],
    },
    ...reductionMistakes({
      variable: "c",
      end: "CLASSES",
      body: "let log_q",
      makes: "the divergence",
      tiles: [16, 64, 256],
    }),
  ],
  plain: { code: plain, invocationFor: ["n"] },
  tuned: {
    software: invocationPerRow(
      [software, declarationsOf(plain)].join("\n"),
      { rows: "n", columns: ["classes"] },
      TENSORS,
    ),
    hardware({ shape: { n, classes }, params: { temperature, alpha }, device }) {
      const { lanes, workgroups } = lanesFor(n, classes, device);
      return {
        passes: [
          {
            code: tuned,
            constants: { N: n, CLASSES: classes, TEMPERATURE: temperature, ALPHA: alpha, LANES_PER_ROW: lanes },
            bindings: TENSORS,
            workgroups,
          },
        ],
      };
    },
  },
});
