import { fixedLimits } from "../task/limits.ts";
import type { Pass, Plan } from "../task/plan.ts";

/** The WGSL and pipelines of a submission's plans for all shapes, to be compiled, and kept until all are judged. */
export class CompileLoad {
  /** Each text once: the kept plans of many shapes share it. */
  readonly #sources = new Map<string, { readonly number: number; readonly code: string }>();
  readonly #pipelines = new Set<string>();
  #sourceChars = 0;
  #compiledChars = 0;

  /**
   * Adds a plan's passes.
   *
   * @returns the plan, its sources shared with earlier plans; or, beyond a limit, a message
   */
  add(plan: Plan): { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly excess: string } {
    const passes: Pass[] = [];
    for (const [index, pass] of plan.passes.entries()) {
      const code = this.#addPass(pass);
      const excess = this.#excess(index);
      if (excess !== undefined) return { ok: false, excess };
      passes.push({ ...pass, code });
    }
    return { ok: true, plan: { ...plan, passes } };
  }

  #addPass({ code, entryPoint, constants }: Pass): string {
    let source = this.#sources.get(code);
    if (source === undefined) {
      source = { number: this.#sources.size, code };
      this.#sources.set(code, source);
      this.#sourceChars += code.length;
    }
    const key = JSON.stringify([source.number, entryPoint, constants]);
    if (!this.#pipelines.has(key)) {
      this.#pipelines.add(key);
      this.#compiledChars += code.length;
    }
    return source.code;
  }

  #excess(index: number): string | undefined {
    const { pipelines, sourceChars, compiledChars } = fixedLimits;
    const upTo = `Up to \`passes[${index}]\` of this shape, the submission's plans`;
    if (this.#sourceChars > sourceChars) {
      return `${upTo} have ${this.#sourceChars} characters of WGSL, each source counted once; the limit is ${sourceChars}. Use \`constants\` for sources that differ only in numbers.`;
    }
    if (this.#pipelines.size > pipelines) {
      return `${upTo} need more than ${pipelines} pipelines, one per source, entry point and set of constants. Share constants between more passes.`;
    }
    if (this.#compiledChars > compiledChars) {
      return `${upTo} have ${this.#compiledChars} characters of WGSL to compile, each source counted once per set of constants; the limit is ${compiledChars}. Shorten the sources, or share constants between more passes.`;
    }
    return undefined;
  }
}
