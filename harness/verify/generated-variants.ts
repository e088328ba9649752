import { guaranteedLimits } from "../task/limits.ts";
import type { DeviceContext, PlanFunction } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import type { Variant, Variants } from "../task/variant.ts";

/** A change of a kernel's syntax. */
interface Rewrite {
  readonly name: string;
  readonly of: (code: string) => string;
}

/** These keep the function, and round elsewhere. */
const HONEST: readonly Rewrite[] = [
  {
    name: "loops backwards",
    of: (code) =>
      code.replace(
        /for \(var (\w+) = 0u; \1 < (\w+); \1\+\+\) \{/g,
        "for (var after_$1 = 0u; after_$1 < $2; after_$1++) { let $1 = $2 - 1 - after_$1;",
      ),
  },
  { name: "sums by fma", of: (code) => code.replace(/(\w+) \+= ([^;*]+) \* ([^;*]+);/g, "$1 = fma($2, $3, $1);") },
  {
    name: "exp by exp2",
    of: withFunction("exp", "fn expByExp2(x: f32) -> f32 { return exp2(x * 1.4426950408889634); }", "expByExp2"),
  },
  {
    name: "inverseSqrt by sqrt",
    of: withFunction("inverseSqrt", "fn oneByRoot(x: f32) -> f32 { return 1.0 / sqrt(x); }", "oneByRoot"),
  },
  { name: "quotients by reciprocals", of: (code) => code.replace(/ \/ (f32\(\w+\))/g, " * (1.0 / $1)") },
];

/** Lines whose value is rounded to f16, each in a variant of its own. */
const ROUNDED_LINES: readonly (readonly [line: RegExp, rounded: string])[] = [
  [/^( *)(\w+) \+= (.*);$/, "$1$2 = quantizeToF16($2 + ($3));"],
  [/^( *)(\w+\[.*\]) = (.*);$/, "$1$2 = quantizeToF16($3);"],
];

function withFunction(builtin: string, definition: string, name: string): Rewrite["of"] {
  return (code) => {
    const changed = code.replace(new RegExp(`\\b${builtin}\\(`, "g"), `${name}(`);
    return changed === code ? code : `${changed}\n${definition}\n`;
  };
}

/** The kernels with known verdicts that follow from a composed task: from its plain kernel, and from its mistakes. */
export function generatedVariants<K extends string, P extends string>(task: Task<K, P>): Variants<K, P> {
  const wrong = Object.entries(task.mistaken ?? {}).map(([mistake, plan]) => ({ name: mistake, mistake, plan }));
  const code = plainCode(task);
  const honest = HONEST.filter(({ of }) => of(code) !== code).map((rewrite) => rewritten(task, rewrite));
  return { honest, imprecise: f16Rewrites(code).map((rewrite) => rewritten(task, rewrite)), wrong };
}

function f16Rewrites(code: string): Rewrite[] {
  const lines = code.split("\n");
  return lines.flatMap((line, index) => {
    const found = ROUNDED_LINES.find(([pattern]) => pattern.test(line));
    if (found === undefined) return [];
    const changed = lines.with(index, line.replace(...found)).join("\n");
    return [{ name: `f16: ${line.trim()}`, of: () => changed }];
  });
}

function rewritten<K extends string, P extends string>({ plain }: Task<K, P>, { name, of }: Rewrite): Variant<K, P> {
  const plan: PlanFunction<K, P> = (context) => {
    const made = plain(context);
    return { ...made, passes: made.passes.map((pass) => ({ ...pass, code: of(pass.code) })) };
  };
  return { name, plan };
}

/** The source of the plain kernel, which is the same for every shape. */
function plainCode<K extends string, P extends string>({ spec, plain }: Task<K, P>): string {
  const { shape, params } = spec.checks[0]!;
  const subgroups = { subgroupMinSize: 4, subgroupMaxSize: 4 };
  const device: DeviceContext = { features: [], limits: guaranteedLimits, ...subgroups, kind: "software" };
  return plain({ task: spec.name, shape, params, device }).passes[0]!.code;
}
