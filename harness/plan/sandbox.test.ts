import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { defaultLimits, guaranteedLimits } from "../task/limits.ts";
import type { PlanContext } from "../task/plan.ts";
import { bundle, stopBundler } from "../worker/bundler.ts";
import { callInEngine, engineMemory, nextWallMs, wallTimesMs } from "./engine-call.ts";
import { type PlanCall, Sandbox } from "./sandbox.ts";

afterAll(stopBundler);

const CONTEXT: PlanContext = {
  task: "softmax",
  shape: { rows: 3, cols: 5 },
  params: { scale: 0.5 },
  device: {
    features: ["subgroups"],
    limits: guaranteedLimits,
    subgroupMinSize: 4,
    subgroupMaxSize: 8,
    kind: "software",
  },
};

function run(source: string, context = CONTEXT, limits = defaultLimits): Promise<PlanCall> {
  return new Sandbox(`var kernelmarkSubmission = (() => { ${source} })();`, undefined, limits).plan(context);
}

/** Calls a function expression as the plan function. */
function call(plan: string, context = CONTEXT, limits = defaultLimits): Promise<PlanCall> {
  return run(`return { default: ${plan} };`, context, limits);
}

async function returned(plan: string, context = CONTEXT): Promise<unknown> {
  const result = await call(plan, context);
  if (!result.ok) throw new Error(result.message);
  return result.value;
}

async function failureOf(plan: string, planSeconds = defaultLimits.planSeconds): Promise<string> {
  const script = `var kernelmarkSubmission = { default: ${plan} };`;
  const result = await new Sandbox(script, undefined, { ...defaultLimits, planSeconds }).plan(CONTEXT);
  return result.ok ? "ok" : `${result.verdict}: ${result.message}`;
}

/** A module as a candidate writes it, through the bundler. */
async function runModule(source: string): Promise<PlanCall> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "sandbox-")));
  try {
    await writeFile(join(folder, "softmax.ts"), source);
    const result = await bundle({ candidate: "alice", task: "softmax", file: "softmax.ts", folder });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    return await new Sandbox(result.script, result.sourceMap).plan(CONTEXT);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("what a plan function is given and gives", () => {
  test("the context goes in and the value comes out", async () => {
    expect(await returned("(context) => context")).toEqual(CONTEXT);
    expect(await returned("() => ({ a: [1.5, -0, 1e300, true, null, 'ä\\n\"'], b: { c: {} } })")).toEqual({
      a: [1.5, 0, 1e300, true, null, 'ä\n"'],
      b: { c: {} },
    });
  });

  test("long strings come out as they were, each kept once", async () => {
    const [a, b, c] = (await returned("() => ['x'.repeat(8000), 'x'.repeat(8000), 'y'.repeat(100)]")) as string[];
    expect([a, b, c]).toEqual(["x".repeat(8000), "x".repeat(8000), "y".repeat(100)]);
    const passes = "Array.from({ length: 4096 }, () => ({ code, bindings: ['x', 'y'], workgroups: [1] }))";
    const plan = (await returned(`() => { const code = "z".repeat(8192); return { passes: ${passes} }; }`)) as {
      passes: { code: string }[];
    };
    expect(plan.passes).toHaveLength(4096);
    expect(plan.passes[4095]?.code).toHaveLength(8192);
  });

  test("what is not data is named", async () => {
    const notData = (text: string) => ({ notData: text });
    expect(
      await returned(
        "() => [NaN, 1 / 0, -1 / 0, undefined, () => 1, 5n, Symbol('s'), new Map(), new Uint32Array(2), [,]]",
      ),
    ).toEqual([
      notData("NaN"),
      notData("Infinity"),
      notData("-Infinity"),
      notData("undefined"),
      notData("a function"),
      notData("a BigInt"),
      notData("a symbol"),
      notData("a Map"),
      notData("a typed array"),
      [notData("undefined")],
    ]);
    expect(await returned("() => {}")).toEqual(notData("undefined"));
    expect(await returned("() => ({ a: undefined, b: 1 })")).toEqual({ b: 1 });
    expect(await returned("({ shape }) => ({ passes: [{ constants: { COLS: shape.col } }] })")).toEqual({
      passes: [{ constants: { COLS: notData("undefined") } }],
    });
  });

  test("a value in itself ends", async () => {
    expect(JSON.stringify(await returned("() => { const a = []; a[0] = a; return a; }"))).toContain(
      "nested too deeply",
    );
  });

  test("a member called __proto__ is only a member", async () => {
    const value = (await returned('() => JSON.parse(\'{"__proto__": {"polluted": 1}}\')')) as object;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test("getters and proxies are read once", async () => {
    expect(await returned("() => { let reads = 0; return { get a() { return ++reads; } }; }")).toEqual({ a: 1 });
    expect(
      await returned(
        "() => { const log = []; return new Proxy([7, 8], { get(t, k) { log.push(k); return t[k]; } }); }",
      ),
    ).toEqual([7, 8]);
    expect(await failureOf("() => ({ get a() { throw new Error('trap'); } })")).toBe(
      "plan-error: The plan function threw Error: trap.",
    );
    expect(
      await failureOf("() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; }"),
    ).toMatch(/^plan-error: The plan function threw TypeError/);
  });
});

describe("same inputs, same plan", () => {
  test("a call leaves nothing behind for the next", async () => {
    const sandbox = new Sandbox(`var kernelmarkSubmission = (() => {
      let calls = 0;
      const zeros = new Uint8Array(8 * 1024 * 1024);
      const kept = [];
      return { default: () => {
        const found = { calls, kept: kept.length, last: zeros.at(-1), patched: Array.prototype.isPatched === true };
        calls++;
        kept.push(new Array(1000).fill("x".repeat(1000)));
        zeros.fill(1);
        Array.prototype.isPatched = true;
        new Uint8Array(20 * 1024 * 1024).fill(7);
        console.log(JSON.stringify(found));
        return found;
      } };
    })();`);
    const untouched = { calls: 0, kept: 0, last: 0, patched: false };
    for (let call = 0; call < 3; call++) {
      expect(await sandbox.plan(CONTEXT)).toEqual({
        ok: true,
        value: untouched,
        log: `${JSON.stringify(untouched)}\n`,
      });
    }
  });

  test("a call that failed leaves nothing behind either", async () => {
    const sandbox = new Sandbox(`var kernelmarkSubmission = (() => {
      let calls = 0;
      return { default: ({ shape }) => {
        calls++;
        if (shape.rows === 0) throw new Error("no rows");
        return calls;
      } };
    })();`);
    for (const rows of [1, 0, 1]) {
      const outcome = await sandbox.plan({ ...CONTEXT, shape: { rows } });
      expect(outcome).toMatchObject(rows === 0 ? { ok: false } : { ok: true, value: 1 });
    }
  });

  test("Math.random is seeded by the task, the shape and the params", async () => {
    const random = "() => [Math.random(), Math.random(), Math.random()]";
    const first = (await returned(random)) as number[];
    expect(new Set(first).size).toBe(3);
    for (const number of first) expect(number >= 0 && number < 1).toBe(true);
    expect(await returned(random)).toEqual(first);
    expect(await returned(random, { ...CONTEXT, shape: { rows: 3, cols: 6 } })).not.toEqual(first);
  });

  test("there is no clock, and nothing is left from the call before", async () => {
    expect(await returned("() => [typeof Date, typeof performance, typeof setTimeout]")).toEqual(
      Array(3).fill("undefined"),
    );
    const remember = "() => { globalThis.calls = (globalThis.calls ?? 0) + 1; return globalThis.calls; }";
    expect([await returned(remember), await returned(remember)]).toEqual([1, 1]);
  });
});

describe("nothing of the host is there", () => {
  test.each(["process", "require", "Buffer", "fetch", "WebAssembly", "module", "navigator"])("%s", async (name) => {
    expect(await returned(`() => typeof ${name}`)).toBe("undefined");
  });

  test("reaching for it is explained", async () => {
    expect(await failureOf("() => process.env")).toBe(
      "plan-error: The plan function threw ReferenceError: 'process' is not defined. A plan has no `process`: it may use only its context.",
    );
    expect(await failureOf("() => Date.now()")).toContain("A plan has no `Date`");
  });

  test("constructors lead to the sandbox's own global object only", async () => {
    expect(
      await returned(
        "() => { const g = console.log.constructor('return this')(); return [g === globalThis, typeof g.process]; }",
      ),
    ).toEqual([true, "undefined"]);
  });

  test("a computed require says what it is", async () => {
    const result = await runModule('const n = "fs"; export default () => (globalThis as any).x = require(n);');
    expect(!result.ok && result.message).toBe(
      'The plan function threw Error: Dynamic require of "fs" is not supported.',
    );
  });
});

describe("patched prototypes", () => {
  test.each([
    "Array.prototype.toJSON = Object.prototype.toJSON = String.prototype.toJSON = () => 'patched';",
    "JSON.stringify = JSON.parse = () => { throw 1; };",
    "Array.prototype[Symbol.iterator] = () => { throw 1; };",
    "Array.prototype.map = Array.prototype.push = Array.prototype.join = String.prototype.slice = () => { throw 1; };",
    "Object.defineProperty(Array.prototype, '0', { set() { throw 1; }, get() { throw 1; } });",
    "Object.keys = Array.isArray = Reflect.apply = Reflect.ownKeys = () => { throw 1; };",
    "Map.prototype.get = Map.prototype.set = Function.prototype.call = Function.prototype.apply = () => 5;",
    "Number.isFinite = () => true; Math.imul = () => 0; ArrayBuffer.isView = () => true;",
    "globalThis.Map = globalThis.JSON = globalThis.Object = globalThis.Reflect = undefined;",
    "Object.defineProperty(Object.prototype, 'default', { get() { throw 1; } });",
    "Object.defineProperty(Error, Symbol.hasInstance, { value() { throw 1; } });",
  ])("do not change what comes out: %s", async (patch) => {
    const result = await run(`${patch} return { default: () => ({ a: ["b", 1], c: "x".repeat(100) }) };`);
    expect(result).toEqual({ ok: true, value: { a: ["b", 1], c: "x".repeat(100) }, log: "" });
  });

  test("and freezing or replacing the exports' variable does no more than fail", async () => {
    const script = "Object.defineProperty(globalThis, 'kernelmarkSubmission', { get() { throw new Error('no'); } });";
    expect(await new Sandbox(script).plan(CONTEXT)).toMatchObject({
      ok: false,
      verdict: "plan-error",
      message: "The module, while loading, threw Error: no.",
    });
  });
});

describe("limits", () => {
  test("an endless loop ends", async () => {
    const message = "The plan function did not finish within 0.2 s. Look for an infinite loop.";
    const limits = { ...defaultLimits, planSeconds: 0.2 };
    expect(await run("for (;;);", CONTEXT, limits)).toMatchObject({ verdict: "time-limit", message });
  });

  test.each([
    "() => { for (;;); }",
    "() => { for (;;) try { for (;;); } catch {} finally { for (;;); } }",
    "() => ({ get a() { for (;;); } })",
    "() => { throw { get message() { for (;;); } }; }",
    "() => /(a+)+b/.test('a'.repeat(50))",
  ])("so does %s", async (plan) => {
    expect(await failureOf(plan, 0.2)).toMatch(/^time-limit: The plan function did not finish within 0\.2 s\./);
  });

  test("an endless built-in function ends", async () => {
    expect(await failureOf("() => [].indexOf.call({ length: 2 ** 53 - 1 }, 1)", 0.2)).toMatch(/^time-limit/);
    expect(await failureOf(`() => "a".repeat(8e6).indexOf("a".repeat(4e6) + "b")`, 0.2)).toMatch(/^time-limit/);
    expect(await returned("() => 1")).toBe(1);
  });

  test("a built-in function is ended when it has used its processor time, and not much later", async () => {
    const { newQuickJSWASMModuleFromVariant, newVariant } = await import("quickjs-emscripten-core");
    const { default: release } = await import("@jitl/quickjs-wasmfile-release-sync");
    const script = "var kernelmarkSubmission = { default: () => [].indexOf.call({ length: 2 ** 53 - 1 }, 1) };";
    const endedAfter = async (wallMs: number, planSeconds: number) => {
      const limits = { ...defaultLimits, planSeconds };
      const engine = await newQuickJSWASMModuleFromVariant(newVariant(release, { wasmMemory: engineMemory(limits) }));
      return callInEngine(engine, script, "{}", 0, limits, wallMs).ending;
    };
    // A quiet machine gives all of the wall's time.
    expect(wallTimesMs(defaultLimits)[0]).toBe(1_250);
    expect(await endedAfter(100, 0.001)).toEqual({ kind: "late" });
    // A busy one, of which it has used a part so far.
    expect(await endedAfter(100, 60)).toEqual({ kind: "interrupted", spentMs: expect.any(Number) });
    expect(nextWallMs(defaultLimits, 1_100, 550)).toBe(2_400);
    expect(nextWallMs(defaultLimits, 1_100, 10)).toBe(wallTimesMs(defaultLimits)[1]);
  });

  test("memory is bounded", async () => {
    const expected =
      "memory-limit: The plan function needs more than 64 MiB of memory. Look for an array or string that grows without bound.";
    expect(await failureOf("() => { let s = 'x'; for (;;) s += s; }")).toBe(expected);
    expect(await failureOf("() => 'x'.repeat(2 ** 29)")).toBe(expected);
    expect(await failureOf("() => { const all = []; for (;;) all.push(new Uint8Array(2 ** 20)); }")).toBe(expected);
    expect(await failureOf("() => { globalThis.all = []; for (;;) all.push(new Uint8Array(2 ** 20)); }")).toBe(
      expected,
    );
    expect(await failureOf("() => { const all = []; for (;;) all.push({ a: 1 }); }")).toBe(expected);
    expect(await failureOf("() => new ArrayBuffer(1e10)")).toMatch(/^plan-error/);
  });

  test("memory up to the bound can be used, again and again", async () => {
    for (let round = 0; round < 3; round++) {
      expect(await returned("() => Array.from({ length: 56 }, () => new Uint8Array(2 ** 20)).length")).toBe(56);
    }
  });

  test("deep recursion ends", async () => {
    const expected = "plan-error: The plan function exceeded the maximum call depth. Look for infinite recursion.";
    expect(await failureOf("function f() { return f() + 1; }")).toBe(expected);
    expect(await failureOf("() => { const o = { toString: () => '' + o }; return '' + o; }")).toBe(expected);
    expect(await failureOf("() => JSON.parse('['.repeat(1e6))")).toBe(expected);
    // The engine's parser uses more of the process's stack than of its own.
    expect(await failureOf("() => eval('('.repeat(1e5))")).toBe(expected);
    expect(await returned("() => 1")).toBe(1);
  });

  test("a gigantic plan is refused", async () => {
    const expected =
      "plan-error: The plan is larger than 4 MiB as text. Use fewer passes, and `constants` for shaders that differ only in numbers.";
    expect(await failureOf("() => new Array(4e9)")).toBe(expected);
    expect(await failureOf("() => 'x'.repeat(5e6)")).toBe(expected);
    expect(await failureOf("() => [['x'.repeat(3e6)], ['y'.repeat(3e6)]]")).toBe(expected);
    expect(await failureOf("() => ({ ['x'.repeat(5e6)]: 1 })")).toBe(expected);
  });

  test("a machine that keeps our own script waiting is not the plan's fault", async () => {
    let nowMs = 0;
    const now = vi.spyOn(performance, "now").mockImplementation(() => {
      nowMs += 300;
      return nowMs;
    });
    const cpu = vi.spyOn(process, "cpuUsage").mockReturnValue({ user: 0, system: 0 });
    try {
      expect(await failureOf("() => ({ passes: [] })")).toBe("ok");
    } finally {
      now.mockRestore();
      cpu.mockRestore();
    }
  });

  test("calls at the same time do not disturb each other", async () => {
    const damage = "() => eval('('.repeat(1e5))";
    const plans = ["() => 1", damage, "() => 2", damage, "() => 4"];
    const results = await Promise.all(plans.map((plan) => call(plan)));
    expect(results.map((result) => (result.ok ? result.value : "failed"))).toEqual([1, "failed", 2, "failed", 4]);
  });
});

describe("mistakes", () => {
  test.each([
    ["return {};", "The module has no default export. Write `export default function plan({ shape }) { … }`."],
    ["return undefined;", "The module has no default export. Write `export default function plan({ shape }) { … }`."],
    [
      "return { default: { passes: [] } };",
      "The module's default export is an object, not a function. Write `export default function plan({ shape }) { … }`.",
    ],
    [
      "return { default: 'plan' };",
      'The module\'s default export is "plan", not a function. Write `export default function plan({ shape }) { … }`.',
    ],
    [
      "return { default: async () => ({ passes: [] }) };",
      "The plan function returned a promise. Remove `async`, and return the plan itself.",
    ],
    ["return { default() { throw 'out'; } };", 'The plan function threw "out", which is not an Error.'],
    ["return { default() { throw undefined; } };", "The plan function threw undefined, which is not an Error."],
    ["return { default() { throw { a: 1 }; } };", "The plan function threw an object, which is not an Error."],
    ["return { default() { throw new RangeError('bad'); } };", "The plan function threw RangeError: bad."],
    ["return { default() { throw new Error(); } };", "The plan function threw Error."],
    ["throw new TypeError('early');", "The module, while loading, threw TypeError: early."],
    [
      "return { default() { throw new Error('\\x1b[31m\\n::error::' + 'x'.repeat(5000)); } };",
      `The plan function threw Error: \\u{1b}[31m\\u{a}::error::${"x".repeat(1024 - 15)}.`,
    ],
    [
      "return { default() { throw Object.defineProperty(new Error(), 'message', { get() { throw 1; } }); } };",
      "The plan function threw Error.",
    ],
    [
      "return { default() { throw Object.assign(new Error('m'), { name: {}, stack: 5 }); } };",
      "The plan function threw m.",
    ],
  ])("%s", async (source, message) => {
    expect(await run(source)).toEqual({ ok: false, verdict: "plan-error", message, log: "" });
  });

  test("a throw has the candidate's own file, line and frame", async () => {
    const result = await runModule(
      [
        "interface Shape { rows: number }",
        "",
        "function rows(shape: Shape | undefined): number {",
        "  return shape!.rows;",
        "}",
        "export default () => rows(undefined);",
      ].join("\n"),
    );
    expect(result).toMatchObject({
      ok: false,
      message: "The plan function threw TypeError: cannot read property 'rows' of undefined.",
      place: { file: "softmax.ts", line: 4 },
    });
    expect(!result.ok && result.place?.frame).toContain("> 4 |   return shape!.rows;");
  });

  test("a recursion has its place, too", async () => {
    const result = await runModule("\nexport default function f(): number {\n  return f() + 1;\n}\n");
    expect(result).toMatchObject({ verdict: "plan-error", place: { file: "softmax.ts", line: 3 } });
  });

  test("a source map of the candidate's own names no other files", async () => {
    const map = { version: 3, sources: ["/etc/passwd"], sourcesContent: ["root"], names: [], mappings: "AAAA" };
    const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}`;
    const result = await runModule(`export default () => { throw new Error("x"); };\n//# sourceMappingURL=${url}\n`);
    expect(!result.ok && result.place).toMatchObject({ file: "softmax.ts", line: 1 });
  });
});

describe("console", () => {
  test("is kept, whatever is written", async () => {
    const result = await call(
      "() => { console.log('a', 1, NaN, null, { b: [2] }); console.error(new Error('e'), () => 1); console.warn(); return 1; }",
    );
    expect(result.log).toBe('a 1 NaN null {"b":[2]}\nError: e a function\n\n');
  });

  test("is bounded, and says when it was cut", async () => {
    const { log, ok } = await call("() => { for (let i = 0; i < 1e4; i++) console.log('line', i); return 1; }");
    expect(ok).toBe(true);
    expect(log).toMatch(/^line 0\nline 1\n/);
    expect(log).toMatch(/\n\(cut after 4096 characters\)$/);
    expect(log.length).toBeLessThan(4200);
  });

  test("is kept when the plan function does not finish", async () => {
    const limits = { ...defaultLimits, planSeconds: 0.2 };
    const endless = "() => { console.log('before'); for (;;); }";
    expect(await call(endless, CONTEXT, limits)).toMatchObject({ log: "before\n" });
    expect(await call("() => { console.log('before'); throw 1; }")).toMatchObject({ log: "before\n" });
    expect(await call("() => { console.log('before'); globalThis.s = 'x'; for (;;) s += s; }")).toMatchObject({
      log: "before\n",
      verdict: "memory-limit",
    });
  });

  test("is kept when small objects used up the memory", async () => {
    const limits = { ...defaultLimits, planMemoryMebibytes: 32 };
    for (const object of ["{}", "{ a: 1 }", "[1]", "() => 1", "new Map()", "Symbol()"]) {
      const plan = `() => { console.log('before'); globalThis.all = []; for (;;) all.push(${object}); }`;
      const result = await call(plan, CONTEXT, limits);
      expect(result).toMatchObject({ log: "before\n", verdict: "memory-limit" });
    }
  });

  test("cannot write to a terminal", async () => {
    expect((await call("() => { console.log('\\x1b[31m\\r\\u202e\\tx'); return 1; }")).log).toBe(
      "\\u{1b}[31m\\u{d}\\u{202e}  x\n",
    );
  });
});
