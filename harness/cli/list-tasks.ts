import { NO_COMPUTATION } from "../../kernels/interview.ts";
import type { Progress } from "../catalog/progress.ts";
import { findTrack, type PlaceInPath, placeInPath, type Track, tasksAbout, topicsOf } from "../task/learning-path.ts";
import { INTERVIEW_QUESTIONS, type Task } from "../task/task.ts";
import { count } from "../text/count.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { printable, shorten } from "../text/printable.ts";
import type { TextStyle } from "../text/text-style.ts";
import { UserError } from "../text/user-error.ts";
import { cell, wrap } from "../text/wrap.ts";

type Spec = Task["spec"];

/** The options of `kernelmark tasks` that choose tasks; all by default. */
export interface TaskFilter {
  readonly level?: number | undefined;
  readonly topic?: string | undefined;
  readonly question?: number | undefined;
}

/**
 * The path with the chosen tasks only.
 *
 * @throws UserError if an option has a value that no task can have
 */
export function filterPath(path: readonly Track[], { level, topic, question }: TaskFilter): Track[] {
  if (level !== undefined && ![1, 2, 3, 4, 5].includes(level)) {
    throw new UserError("--level must be a number from 1 to 5.", "Level 1 is a first kernel, level 5 a day's work.");
  }
  if (question !== undefined && !(Number.isInteger(question) && question >= 1 && question <= INTERVIEW_QUESTIONS)) {
    throw new UserError(`--question must be a number from 1 to ${INTERVIEW_QUESTIONS}.`, "See docs/interview.md.");
  }
  const about = topic === undefined ? undefined : knownTopic(path, topic);
  const isChosen = (spec: Spec) =>
    (level === undefined || spec.step?.level === level) &&
    (about === undefined || about.includes(spec)) &&
    (question === undefined || spec.step?.questions.includes(question) === true);
  return path
    .map(({ name, tasks }) => ({ name, tasks: tasks.filter(isChosen) }))
    .filter(({ tasks }) => tasks.length > 0);
}

function knownTopic(path: readonly Track[], topic: string): Spec[] {
  const tasks = tasksAbout(path, topic);
  if (tasks.length > 0) return tasks;
  throw new UserError(
    `No task is about "${shorten(printable(topic), 60)}".${didYouMean(topic, topicsOf(path))}`,
    `Name a track (${path.map(({ name }) => name).join(", ")}) or a word of a task's title.`,
  );
}

/**
 * The track that a user names.
 *
 * @throws UserError if there is none, or several have this word
 */
export function namedTrack(path: readonly Track[], text: string): Track {
  const track = findTrack(path, text);
  if (track !== undefined) return track;
  const names = path.map(({ name }) => name);
  throw new UserError(
    `There is no track "${shorten(printable(text), 60)}".${didYouMean(text, names)}`,
    `The tracks are: ${names.join(", ")}. A word of the name is enough.`,
  );
}

/** The output of `kernelmark tasks --json`. */
export function taskListDocument(all: readonly Track[], shown: readonly Track[], progress: Progress): object {
  const tasks = shown.flatMap((track) =>
    track.tasks.map((spec) => ({
      name: spec.name,
      title: spec.title,
      family: spec.family,
      about: firstSentence(spec.statement),
      ...stepDocument(placeInPath(all, spec.name)),
      solved: progress.solvedAt.has(spec.name),
      solvedAt: progress.solvedAt.get(spec.name) || null,
    })),
  );
  return { schema: 1, tasks };
}

/** A task's place in the learning path, as in JSON documents. */
export function stepDocument({ step, next }: PlaceInPath): object {
  const { track = null, level = null, teaches = null, questions = [] } = step ?? {};
  return { track, level, teaches, questions, next: next?.name ?? null };
}

/** The list of tasks, track by track. */
export function listTasks(
  path: readonly Track[],
  { solvedAt }: Progress,
  filter: TaskFilter,
  style: TextStyle,
): string {
  const { colors, width } = style;
  const tasks = path.flatMap((track) => track.tasks);
  if (tasks.length === 0) return wrap(noTaskText(filter), width);
  const questionsOf = ({ step }: Spec) => step?.questions.join(", ") ?? "";
  const nameWidth = Math.max(...tasks.map(({ name }) => name.length));
  const questionWidth = Math.max(...tasks.map((spec) => questionsOf(spec).length));
  const solvedIn = (own: readonly Spec[]) => own.filter(({ name }) => solvedAt.has(name)).length;
  const line = (spec: Spec) => {
    const mark = solvedAt.has(spec.name) ? colors.green("✓") : " ";
    const name = colors.cyan(cell(spec.name, nameWidth));
    const start = `  ${mark} ${spec.step?.level ?? " "}  ${name}  ${cell(questionsOf(spec), questionWidth)}  `;
    return wrap(spec.step?.teaches ?? spec.title, width, start);
  };
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const tracks = path.map(({ name, tasks: own }) => {
    const share = isFiltered ? "" : ` (${solvedIn(own)} of ${own.length} solved)`;
    return [`${colors.bold(name)}${share}`, ...own.map(line)].join("\n");
  });
  const columns = "Columns: level (1 is a first kernel, 5 a day's work), task, interview questions, what it teaches.";
  const commands = [
    "npx kernelmark tasks <name>    explains a task",
    "npx kernelmark init --next     starts the next one of your track",
    "npx kernelmark tasks --help    shows how to list some of them",
  ];
  return [
    wrap(`${count(tasks.length, "task")}, ${solvedIn(tasks)} solved. ${columns}`, width),
    ...tracks,
    ...(isFiltered ? [] : [commands.map((command) => `  ${command}`).join("\n")]),
  ].join("\n\n");
}

function noTaskText({ level, topic, question }: TaskFilter): string {
  if (question !== undefined && level === undefined && topic === undefined) {
    const topicOf = NO_COMPUTATION[question];
    return topicOf === undefined
      ? `No task answers question ${question} yet.`
      : `Question ${question} has no task, since it is no computation on tensors: ${topicOf}.`;
  }
  const parts = [
    ...(level === undefined ? [] : [`has level ${level}`]),
    ...(topic === undefined ? [] : [`is about "${printable(topic)}"`]),
    ...(question === undefined ? [] : [`answers question ${question}`]),
  ];
  return `No task ${parts.join(" and ")}.`;
}

function firstSentence(markdown: string): string {
  const [paragraph = ""] = markdown.trim().split(/\n\s*\n/);
  const text = paragraph.replace(/\s+/g, " ");
  const sentence = /^.*?[.:](?= |$)/.exec(text)?.[0] ?? text;
  return sentence.replace(/[.:]$/, ".");
}
