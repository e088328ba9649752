import type { Attempt } from "../results/attempt.ts";
import type { Results } from "../results/results.ts";

/** Valid folder names that a page might interpret. */
export const HOSTILE_NAMES = [
  `<img src=x onerror="window.obeyed=1">`,
  `</script><script>window.obeyed=2</script>`,
  `"><svg onload=window.obeyed=3>`,
  "javascript:window.obeyed=4",
  "evil\u202egpj.exe",
  "__proto__",
  "constructor",
  "?verdict=missing#x%2Fy%",
  "-->]]><!--<script>",
  `${"long".repeat(60)}`,
  "tasks",
] as const;

/** A run in which every text of the candidates attempts an injection. */
export function hostileRun(run: Results): Results {
  const names = [...new Set(run.attempts.map(({ candidate }) => candidate))];
  const nameOf = (candidate: string) => HOSTILE_NAMES[names.indexOf(candidate) % HOSTILE_NAMES.length]!;
  const attack = "</script><script>window.obeyed=7</script><img src=x onerror=window.obeyed=8>";
  const refused = [{ path: attack, reason: `because ${attack}` }];
  return {
    ...run,
    roster: names.map((candidate) => ({
      ...{ candidate: nameOf(candidate), name: `${attack} ${nameOf(candidate)}`, section: attack },
      ...{ email: attack, id: nameOf(candidate), login: attack, sisId: attack, platformId: attack },
    })),
    refused,
    remarks: [attack],
    attempts: run.attempts.map((attempt) => hostileAttempt(attempt, nameOf(attempt.candidate))),
  };
}

function hostileAttempt(attempt: Attempt, name: string): Attempt {
  const attack = `</script><script>window.obeyed=5</script><img src=x onerror=window.obeyed=6> ${name}`;
  return {
    ...attempt,
    candidate: name,
    message: attack,
    log: `${attack}\n\u001b[31m<b>red</b>`,
    remarks: [attack],
    findings: [
      { aspect: "code", kind: "hostile", sentence: attack, isGuess: true, place: { file: `${attack}.ts`, line: 1 } },
      { aspect: "how", kind: "hostile", sentence: `It is wrong: ${attack}`, isGuess: false },
    ],
    file: `${attack}.ts`,
    files: attempt.files.map(({ name: file, text }) => ({ name: `${attack}${file}`, text: `${attack}\n<!--${text}` })),
    evidence:
      attempt.evidence?.kind === "source"
        ? { ...attempt.evidence, file: `${attack}${attempt.evidence.file}`, frame: attack }
        : attempt.evidence,
  };
}
