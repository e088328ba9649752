import type { Shape } from "../../reference/oracle.ts";
import type { Pass, Plan } from "../task/plan.ts";
import type { Trial } from "./repair-trials.ts";

/** Changes of what a plan says about its kernels. */
export function planTrials(plan: Plan, shape: Shape, hasUnwritten: boolean): Trial[] {
  return [
    ...plan.passes.flatMap((pass, at) => [
      ...(hasUnwritten ? workgroupTrials(pass, at) : exchangedWorkgroups(pass, at)),
      ...(plan.passes.length <= MOST_PASSES ? bindingTrials(pass, at) : []),
    ]),
    ...(hasUnwritten ? oneMoreTrials(plan) : []),
    ...constantTrials(plan, shape),
    ...scratchTrials(plan),
  ];
}

function withPass(plan: Plan, at: number, change: (pass: Pass) => Pass): Plan {
  return { ...plan, passes: plan.passes.map((pass, index) => (index === at ? change(pass) : pass)) };
}

const AXES = ["x", "y", "z"];
/** A plan that counts on larger workgroups than the kernel's has too few by such a factor. */
const FACTORS = [2, 4, 8, 16];
const LARGEST_WORKGROUP = 1024;

function workgroupTrials({ code, workgroups }: Pass, at: number): Trial[] {
  if ("indirect" in workgroups) return [];
  const found = /@workgroup_size\(\s*(\d+)/.exec(code);
  const declared = found === null ? undefined : Number(found[1]);
  const place = found === null ? {} : { place: { code, offset: found.index } };
  const sized = (axis: number, size: (own: number) => number) => (plan: Plan) =>
    withPass(plan, at, (pass) => {
      const own = [...(pass.workgroups as readonly number[]), 1, 1].slice(0, 3);
      own[axis] = Math.min(65_535, size(own[axis]!));
      return { ...pass, workgroups: own as [number, number, number] };
    });
  const larger = AXES.slice(0, Math.min(3, (workgroups as readonly number[]).length + 1)).flatMap((name, axis) => [
    {
      cause: `\`passes[${at}].workgroups\` has one workgroup too few along ${name}: round up, with \`Math.ceil\``,
      ...place,
      change: sized(axis, (own) => own + 1),
    },
    ...FACTORS.filter((factor) => factor * (declared ?? 64) <= LARGEST_WORKGROUP).map((factor) => ({
      cause:
        axis === 0 && declared !== undefined
          ? `the kernel's @workgroup_size is ${declared}, but the plan counts on workgroups of ${factor * declared}: it dispatches too few of them`
          : `\`passes[${at}].workgroups\` has too few workgroups along ${name}`,
      ...place,
      change: sized(axis, (own) => own * factor),
    })),
  ]);
  return [...exchangedWorkgroups({ code, workgroups }, at), ...larger];
}

function exchangedWorkgroups({ code, workgroups }: Pick<Pass, "code" | "workgroups">, at: number): Trial[] {
  if ("indirect" in workgroups || workgroups.length < 2) return [];
  return [
    {
      cause: `\`passes[${at}].workgroups\` has the workgroups of x and y in each other's place`,
      ...placeOf(code, /@workgroup_size\(/),
      change: (plan) =>
        withPass(plan, at, (pass) => {
          const [x, y = 1, z = 1] = pass.workgroups as readonly number[];
          return { ...pass, workgroups: [y, x!, z] as [number, number, number] };
        }),
    },
  ];
}

/** One workgroup more in all passes of a kernel that several use. */
function oneMoreTrials({ passes }: Plan): Trial[] {
  const codes = [...new Set(passes.map(({ code }) => code))];
  const several = codes.filter((code) => passes.filter((pass) => pass.code === code).length > 1);
  return several.flatMap((code) =>
    AXES.slice(0, 2).map(
      (name, axis): Trial => ({
        cause: `the passes of this kernel dispatch one workgroup too few along ${name}: add one`,
        ...placeOf(code, /@workgroup_size\(/),
        change: (plan) => ({
          ...plan,
          passes: plan.passes.map((pass) => {
            if (pass.code !== code || "indirect" in pass.workgroups) return pass;
            const own = [...pass.workgroups, 1, 1].slice(0, 3);
            own[axis]! += 1;
            return { ...pass, workgroups: own as [number, number, number] };
          }),
        }),
      }),
    ),
  );
}

const MOST_BINDINGS = 6;
/** The order of a binding can be wrong in any pass: too many trials for long plans. */
const MOST_PASSES = 3;

function bindingTrials({ code, bindings }: Pass, at: number): Trial[] {
  const pairs = bindings
    .slice(0, MOST_BINDINGS)
    .flatMap((one, a) => bindings.slice(a + 1, MOST_BINDINGS).map((other, b) => ({ one, other, a, b: a + 1 + b })));
  return pairs.map(({ one, other, a, b }) => ({
    cause: `\`passes[${at}].bindings\` has \`${one}\` and \`${other}\` in each other's place: name them in the order of the kernel's @binding numbers`,
    ...placeOf(code, new RegExp(`@binding\\(\\s*${a}u?\\s*\\)`)),
    change: (plan) =>
      withPass(plan, at, (pass) => {
        const own = [...pass.bindings];
        [own[a], own[b]] = [own[b]!, own[a]!];
        return { ...pass, bindings: own };
      }),
  }));
}

function placeOf(code: string, pattern: RegExp): Pick<Trial, "place"> {
  const found = pattern.exec(code);
  return found === null ? {} : { place: { code, offset: found.index } };
}

/** A size of the shape for a constant that has another one, in all passes. */
function constantTrials({ passes }: Plan, shape: Shape): Trial[] {
  const names = new Set(passes.flatMap(({ constants = {} }) => Object.keys(constants)));
  return [...names].flatMap((name) => {
    const own = passes.find(({ constants = {} }) => name in constants)!;
    return Object.entries(shape)
      .filter(([, size]) => size !== own.constants![name])
      .map(
        ([dim]): Trial => ({
          cause: `the plan gives the constant \`${name}\` a wrong value: it should be \`shape.${dim}\``,
          ...placeOf(own.code, new RegExp(`override ${name}\\b`)),
          change: (plan, sizes) => ({
            ...plan,
            passes: plan.passes.map((pass) =>
              pass.constants !== undefined && name in pass.constants
                ? { ...pass, constants: { ...pass.constants, [name]: sizes[dim]! } }
                : pass,
            ),
          }),
        }),
      );
  });
}

function scratchTrials({ scratch = {} }: Plan): Trial[] {
  return Object.keys(scratch).map((name) => ({
    cause: `\`scratch.${name}\` is too small: its size is in bytes, 4 for each f32 or u32`,
    change: (plan) => ({ ...plan, scratch: { ...plan.scratch, [name]: 4 * plan.scratch![name]! } }),
  }));
}
