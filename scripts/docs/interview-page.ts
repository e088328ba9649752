import { INTERVIEW_QUESTIONS, type Task } from "../../harness/task/task.ts";
import { NO_COMPUTATION } from "../../kernels/interview.ts";
import { markdownTable } from "../proofs/table.ts";

/** `docs/interview.md`: the tasks that answer each interview question, and the reason if there are none. */
export function interviewPage(tasks: readonly Task[]): string {
  const rows = Array.from({ length: INTERVIEW_QUESTIONS }, (_, index) => {
    const question = index + 1;
    const own = tasks.filter(({ spec }) => spec.step?.questions.includes(question));
    const links = own.map(({ spec }) => `[${spec.name}]`);
    const topic = NO_COMPUTATION[question];
    const note =
      topic === undefined ? (own.length === 0 ? "no computation of its own" : "") : `no computation: ${topic}`;
    return [String(question), links.join(", "), note];
  });
  const targets = tasks.map(({ spec: { name, family } }) => `[${name}]: ../kernels/${family}/${name}/task.ts`);
  return `# Interview questions

The tasks follow fifty questions of a machine-learning interview. Every topic that is a computation on tensors has a task,
so a question without one asks about ideas, methods or systems; the last column says which, where the set of topics names
it. A question can have several tasks, and a task several questions.

    npx kernelmark tasks --question 31    # the tasks of a question
    npx kernelmark tasks --topic losses   # the tasks of a topic

This page is generated from the definitions of the tasks and from \`kernels/interview.ts\`: \`npm run schema\` rewrites it.

${markdownTable(["question", "tasks", "remark"], rows)}

${targets.join("\n")}
`;
}
