import type { Params, Shape } from "../../reference/oracle.ts";
import { nearestName } from "../text/nearest-name.ts";

/** `shape.col` or `params.caussal` in a module, which is undefined: the name that was probably meant. */
export function misspeltSize(script: string, shape: Shape, params: Params): string | undefined {
  for (const { 1: owner, 2: name } of script.matchAll(/\b(shape|params)\??\.([A-Za-z_]\w*)/g)) {
    const names = Object.keys(owner === "shape" ? shape : params);
    if (names.includes(name!)) continue;
    const near = nearestName(name!, names);
    if (near !== undefined) return `\`${owner}.${name}\` does not exist: did you mean \`${owner}.${near}\`?`;
  }
  return undefined;
}
