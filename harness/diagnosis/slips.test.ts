import { expect, test } from "vitest";
import task from "../../kernels/learning/adamw-step/task.ts";
import type { PlanFunction } from "../task/plan.ts";
import { LocalJudge } from "../verify/judge-locally.ts";

type AdamwPlan = typeof task.plain;

/** AdamW written in another way than the built-in kernels. */
function kernel(moments: string, update: string): AdamwPlan {
  const code = `
override N: u32;
override LR: f32;
override B1: f32;
override B2: f32;
override EPS: f32;
override WD: f32;
override T: f32;
@group(0) @binding(0) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read> grad: array<f32>;
@group(0) @binding(2) var<storage, read> m: array<f32>;
@group(0) @binding(3) var<storage, read> v: array<f32>;
@group(0) @binding(4) var<storage, read_write> w_out: array<f32>;
@group(0) @binding(5) var<storage, read_write> m_out: array<f32>;
@group(0) @binding(6) var<storage, read_write> v_out: array<f32>;
@compute @workgroup_size(128)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var i = id.x; i < N; i += 128u * groups.x) {
    ${moments}
    w_out[i] = w[i] - LR * (${update} + WD * w[i]);
  }
}`;
  return ({ shape: { size }, params: { lr, beta1, beta2, eps, weight_decay, step } }) => ({
    passes: [
      {
        code,
        constants: { N: size, LR: lr, B1: beta1, B2: beta2, EPS: eps, WD: weight_decay, T: step },
        bindings: ["w", "grad", "m", "v", "w_out", "m_out", "v_out"],
        workgroups: [Math.min(Math.ceil(size / 128), 1024)],
      },
    ],
  });
}

const MOMENTS = "m_out[i] = mix(grad[i], m[i], B1); v_out[i] = mix(grad[i] * grad[i], v[i], B2);";
const UPDATE = "m_out[i] / (1.0 - pow(B1, T)) / (sqrt(v_out[i] / (1.0 - pow(B2, T))) + EPS)";

const judge = await LocalJudge.open(task, { seed: "slips", only: ({ shape }) => shape.size! <= 128 });
const messageOf = async (plan: AdamwPlan) => (await judge.judge(plan as PlanFunction<never, never>)).message;

test("a kernel that is written in another way is correct", async () => {
  expect(await messageOf(kernel(MOMENTS, UPDATE))).toBe("");
});

test.each([
  [
    "the second moment is corrected by the first's decay",
    MOMENTS,
    UPDATE.replace("pow(B2, T)", "pow(B1, T)"),
    "pow\\(BETA1, STEP\\).* in place of .*pow\\(BETA2, STEP\\)",
  ],
  [
    "the gradient is not squared",
    MOMENTS.replace("grad[i] * grad[i]", "grad[i]"),
    UPDATE,
    "\\* g;` in place of .*\\* g \\* g;`",
  ],
])("%s", async (_, moments, update, change) => {
  expect(await messageOf(kernel(moments, update))).toMatch(new RegExp(`^Likely cause: a slip.*${change}`));
});
