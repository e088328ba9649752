import { test } from "vitest";
import { LocalJudge } from "../../judge/judge-locally.ts";
import { elementCount } from "../../task/dims.ts";
import { allSpecimens } from "./all-specimens.ts";

test("x", async () => {
  const wanted = process.env.TASKS?.split(",");
  for (const { task, specimens } of allSpecimens) {
    if (wanted && !wanted.includes(task.spec.name)) continue;
    const judge = await LocalJudge.open(task, { seed: "specimens" });
    for (const { name, says, plan, needsManyRows = false } of specimens) {
      let diag = 0;
      const start = performance.now();
      const stages: Record<string, number> = {};
      let stage = "plan";
      let since = start;
      const judgement = await judge.judge(plan, {
        only: ({ shape, params }) => {
          const elements = task.spec.outputs.reduce((sum, output) => sum + elementCount(output, shape), 0);
          return (
            (elements <= 25_000 && task.spec.flops(shape, params) <= 3e6) ||
            (needsManyRows && (shape.rows ?? 0) > 65535)
          );
        },
        onStage(s) {
          const now = performance.now();
          stages[stage] = (stages[stage] ?? 0) + now - since;
          stage = s.stage;
          since = now;
        },
      });
      diag = performance.now() - since;
      const text = [
        judgement.mistake?.about,
        ...judgement.findings.map(({ sentence }) => sentence),
        judgement.message,
      ].join(" ");
      const times = Object.entries(stages)
        .map(([k, v]) => `${k} ${v.toFixed(0)}`)
        .join(" ");
      console.log(
        `${says.every((p) => p.test(text)) ? "NAMED" : "-----"} ${task.spec.name} / ${name} [${times} diagnose ${diag.toFixed(0)}]: ${text}`,
      );
    }
  }
});
