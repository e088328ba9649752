import type { Attempt } from "../../results/attempt.ts";
import type { Evidence } from "../../results/evidence.ts";
import type { Measured } from "../../results/measurement.ts";
import { meantFor } from "../../results/not-taken.ts";
import { describeCase } from "../../task/case.ts";
import { capital } from "../../text/capital.ts";
import { printable, printableLines } from "../../text/printable.ts";
import { alsoFailing } from "../headline.ts";
import {
  ELEMENT_COLUMNS,
  elementRows,
  limitSentence,
  outsideSentence,
  precisionSentence,
  wrongCountSentences,
} from "../terminal/evidence-text.ts";
import { BOUNDS_HEADING, findingSentence, furtherFindings } from "../terminal/findings-text.ts";
import { duration, factor, percent, speedWords, yardstickWords } from "../terminal/measurement-text.ts";
import { nextStep } from "../terminal/next-step.ts";
import { verdictWords } from "../terminal/verdict-words.ts";
import type { CandidateFeedback, TaskFeedback } from "./candidate-feedback.ts";
import { type Part, type Prose, prose } from "./page-parts.ts";
import type { Standing } from "./standing.ts";

/** A candidate's feedback, from the total to the details of each task. */
export function feedbackParts(feedback: CandidateFeedback): Part[] {
  const { candidate, name, section, title, points, max, remark, isIndicative, standing, tasks } = feedback;
  const label = name === "" ? printable(candidate) : `${printable(name)} (${printable(candidate)})`;
  const who = section === "" ? label : `${label}, ${printable(section)}`;
  const indicative = isIndicative ? " Practice run: points are indicative." : "";
  const total = `${points} of ${max} points`;
  const parts: Part[] = [
    heading(1, [`Feedback for ${who}`]),
    paragraph([`${printable(title)}: ${tasks.length === 0 ? "nothing was graded" : total}.${indicative}`]),
  ];
  if (remark !== "") parts.push(paragraph(prose(`${capital(printable(remark))}.`)));
  if (standing !== undefined && max > 0) {
    parts.push(
      paragraph([
        `${rankWords(standing, "points")} ${quartileWords(standing, (share) => `${Math.round(100 * share)}\u00a0%`)}`,
      ]),
      {
        kind: "quartiles",
        about: "Your points among all submissions",
        own: points / max,
        quartiles: standing.quartiles,
        unit: "%",
      },
    );
  }
  parts.push(...notTakenParts(feedback));
  return [...parts, ...tasks.flatMap((task) => taskParts(task, feedback)), ...runParts(feedback)];
}

function notTakenParts({ notTaken }: CandidateFeedback): Part[] {
  if (notTaken.length === 0) return [];
  return [
    heading(2, ["Not graded"]),
    paragraph(["Kernelmark found these files of yours, but did not take them:"]),
    { kind: "list", items: notTaken.map(({ path, reason, fix }) => [{ code: path }, ...prose(`: ${reason} ${fix}`)]) },
  ];
}

function taskParts(feedback: TaskFeedback, { adapterKind, notTaken }: CandidateFeedback): Part[] {
  const { task, attempt, mark, telling } = feedback;
  const meant = attempt.verdict === "missing" ? meantFor(notTaken, attempt.candidate, task) : [];
  const { verdict, mistake, remarks, log } = attempt;
  const points = mark === undefined || mark.points === null ? "" : `: ${mark.points} of ${mark.max} points`;
  const parts: Part[] = [
    heading(2, [`${printable(task)}${points}`]),
    { kind: "verdict", verdict, text: [meant.length > 0 ? "Not graded." : `${capital(verdictWords[verdict])}.`] },
    paragraph(message(attempt)),
  ];
  if (telling !== undefined) {
    const where = `${describeCase(telling)} data (${telling.group})`;
    parts.push(
      paragraph([printable(`First failing case: ${where}. ${alsoFailing(attempt, ({ group }) => group)}`.trimEnd())]),
    );
  }
  const evidence = telling?.evidence ?? attempt.evidence;
  if (evidence !== null) parts.push(...evidenceParts(evidence));
  if (mistake !== null) {
    parts.push(
      heading(3, ["Likely cause"]),
      paragraph(prose(`${capital(printable(mistake.about))}.`)),
      paragraph(prose(printable(mistake.hint))),
    );
  }
  const seen = furtherFindings(attempt);
  if (seen.length > 0) {
    const items = seen.map((finding) => prose(printable(findingSentence(finding))));
    parts.push(heading(3, ["Other observations"]), { kind: "list", items });
  }
  parts.push(...groupParts(feedback), ...speedParts(feedback, adapterKind), ...markParts(feedback));
  if (remarks.length > 0) {
    parts.push(heading(3, ["Warnings"]), { kind: "list", items: remarks.map((remark) => prose(printable(remark))) });
  }
  if (log.trim() !== "") {
    parts.push(heading(3, ["Plan function log"]));
    parts.push({ kind: "lines", about: "console.log", text: printableLines(log.trimEnd()) });
  }
  const next = meant[0]?.fix ?? nextStep(attempt);
  parts.push(heading(3, ["Next step"]), paragraph(prose(capital(next))));
  return parts;
}

/** The message of an internal error names files of the grading machine, so it is for instructors only. */
function message({ verdict, message }: Attempt): Prose {
  if (verdict !== "harness-error") return prose(printable(message));
  return ["Kernelmark failed on this submission, so it awaits manual review. Ask your instructor for the reason."];
}

function evidenceParts(evidence: Evidence): Part[] {
  switch (evidence.kind) {
    case "wrong-elements": {
      const columns = ["", ...ELEMENT_COLUMNS].map((name, index) => ({ name, isNumber: index > 1 }));
      const rows = elementRows(evidence).map((row) =>
        row.map((text, index): Prose => (index === 1 ? [{ code: text }] : [text])),
      );
      const about = `Wrong elements of ${printable(evidence.output)}`;
      const parts: Part[] = [
        { kind: "table", about, columns, rows: rows.map((row) => [...row]) as Prose[][] },
        paragraph(prose(wrongCountSentences(evidence).join(" "))),
      ];
      if (evidence.picture.length > 0) parts.push({ kind: "picture", evidence });
      return parts;
    }
    case "outside-writes":
      return [paragraph(prose(outsideSentence(evidence)))];
    case "lost-precision":
      return [paragraph(prose(precisionSentence(evidence)))];
    case "limit":
      return [paragraph(prose(limitSentence(evidence)))];
    case "source": {
      const place = `${printable(evidence.file)}:${evidence.line}:${evidence.column}`;
      if (evidence.frame === "") return [paragraph([{ code: place }])];
      return [{ kind: "lines", about: place, text: printableLines(evidence.frame) }];
    }
  }
}

function groupParts({ groups }: TaskFeedback): Part[] {
  if (groups.length === 0) return [];
  const rows = groups.map(({ name, right, total, isHidden }): Prose[] => {
    if (isHidden) return [[printable(name)], ["hidden until the deadline"], ["–"]];
    return [
      [printable(name)],
      [right === total ? "✓ all passed" : right === 0 ? "✗ none passed" : "✗ some passed"],
      [`${right} of ${total}`],
    ];
  });
  const columns = [
    { name: "cases", isNumber: false },
    { name: "result", isNumber: false },
    { name: "passed", isNumber: true },
  ];
  return [heading(3, ["Cases"]), { kind: "table", about: "Cases by group", columns, rows }];
}

function speedParts({ task, attempt, speed }: TaskFeedback, adapterKind: "hardware" | "software"): Part[] {
  const { measurement, verdict, file } = attempt;
  if (measurement === null) {
    if (verdict !== "accepted") return [];
    return [
      heading(3, ["Speed"]),
      paragraph(prose(`Not measured in this run. To measure it: \`kernelmark bench ${printable(file)}\``)),
    ];
  }
  if (measurement.state === "failed") {
    return [heading(3, ["Speed"]), paragraph(prose(`Measuring failed: ${printable(measurement.message)}`))];
  }
  const parts: Part[] = [heading(3, ["Speed"]), paragraph([speedSentence(measurement)]), shapeTable(task, measurement)];
  if (measurement.findings.length > 0) {
    const items = measurement.findings.map((finding) => prose(printable(findingSentence(finding))));
    parts.push(heading(3, [BOUNDS_HEADING]), { kind: "list", items });
  }
  const other = measurement.against === "plain" ? "tuned" : "plain";
  parts.push(
    paragraph(
      prose(`To compare it with the ${other} kernel: \`kernelmark bench ${printable(file)} --against ${other}\``),
    ),
  );
  if (measurement.isImplausible) {
    parts.push(
      paragraph([
        "(!) Implausible: faster than this adapter copied memory or computed. The speed counts only after manual review.",
      ]),
    );
  }
  if (adapterKind === "software") {
    parts.push(paragraph(["Software adapter: a GPU may rank kernels differently."]));
  }
  if (speed !== undefined) {
    const words = `${rankWords(speed, "speed")} ${quartileWords(speed, (value) => `${factor(value)}x`)}`;
    parts.push(paragraph([words]), {
      kind: "quartiles",
      about: "Your speed among all submissions",
      own: measurement.speedup,
      quartiles: speed.quartiles,
      unit: "x",
    });
  }
  return parts;
}

function speedSentence({ shapes, speedup, against }: Measured): string {
  const kernel = yardstickWords(against);
  const over = shapes.length > 1 ? `, over ${shapes.length} shapes (geometric mean)` : "";
  return `Your kernel is ${factor(speedup)}x as fast as the ${kernel} kernel${over}.`;
}

function shapeTable(task: string, { shapes, against }: Measured): Part {
  const columns = [
    { name: "shape", isNumber: false },
    { name: "your time", isNumber: true },
    { name: `${yardstickWords(against)}'s time`, isNumber: true },
    { name: "speed", isNumber: false },
    { name: "95 % interval", isNumber: false },
    { name: "of roofline", isNumber: true },
  ];
  const rows = shapes.map((shape): Prose[] =>
    [
      shape.name,
      duration(shape.candidateNs),
      duration(shape.yardstickNs),
      speedWords(shape, against),
      `${factor(shape.speedup.low)}x to ${factor(shape.speedup.high)}x`,
      percent(shape.rooflineShare),
    ].map((text) => [printable(text)]),
  );
  return { kind: "table", about: `Times of ${printable(task)}`, columns, rows };
}

function markParts({ mark }: TaskFeedback): Part[] {
  if (mark === undefined) return [];
  const { points, max, correctnessPoints, speedPoints, rules, remark } = mark;
  const why = remark === "" ? "" : `${capital(remark)}.`;
  if (points === null) return [heading(3, ["Points"]), paragraph(prose(`No mark yet: ${printable(remark)}.`))];
  const speed = speedPoints === null || speedPoints === 0 ? "" : ` and ${speedPoints} for speed`;
  const sum = rules.length === 0 ? "" : `${points} of ${max} in all: `;
  // An adjustment can mark what Kernelmark could not.
  const earned = correctnessPoints === null ? "" : `${correctnessPoints} for correctness${speed}. `;
  return [heading(3, ["Points"]), paragraph(prose(printable(`${sum}${earned}${why}`.trim())))];
}

function runParts({ run, adapter, seed, code }: CandidateFeedback): Part[] {
  const inputs =
    seed === undefined
      ? "The seed of its inputs is secret while the assignment is open."
      : `To repeat it with the same inputs: \`kernelmark check <file> --seed ${printable(seed)}\``;
  return [
    heading(2, ["About this run"]),
    paragraph(prose(`${printable(run)}, on ${printable(adapter)}. ${inputs}`)),
    paragraph(prose(`On a leaderboard of this run, your code is \`${code}\`.`)),
  ];
}

function rankWords({ rank, sharedBy, of }: Standing, by: "points" | "speed"): string {
  const tied = sharedBy === 1 ? "" : ` (tied with ${sharedBy - 1} other${sharedBy === 2 ? "" : "s"})`;
  return `You rank ${rank} of ${of} by ${by}${tied}.`;
}

function quartileWords({ quartiles: { low, median, high } }: Standing, show: (value: number) => string): string {
  return `The middle half ranges from ${show(low)} to ${show(high)}; the median is ${show(median)}.`;
}

function heading(level: 1 | 2 | 3, text: Prose): Part {
  return { kind: "heading", level, text };
}

function paragraph(text: Prose): Part {
  return { kind: "paragraph", text };
}
