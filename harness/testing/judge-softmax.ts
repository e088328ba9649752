import task from "../../kernels/softmax/softmax/task.ts";
import { LocalJudge, type LocalJudgement } from "../verify/judge-locally.ts";

const { plain } = task;

/** One row more than the invocations of a workgroup of the plain kernel. */
const ROWS = 65;

const withoutLastRow: typeof plain = (context) => {
  const { passes, ...rest } = plain(context);
  return { ...rest, passes: passes.map((pass) => ({ ...pass, workgroups: [1] })) };
};

const PLANS = { correct: plain, "without the last row": withoutLastRow };

/** Judges a kernel on one case of softmax, in Node or in a page. */
export async function judgeSoftmax(kernel: keyof typeof PLANS): Promise<Omit<LocalJudgement, "spent">> {
  const judge = await LocalJudge.open(task, {
    seed: "anywhere",
    only: ({ shape, data }) => shape.rows === ROWS && data === "plain",
  });
  const { spent: _, ...judgement } = await judge.judge(PLANS[kernel]);
  judge.close();
  return judgement;
}
