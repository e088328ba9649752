import { tiledOrVector } from "../tiled-or-vector.ts";
import code from "./tuned.wgsl";

export const tuned = tiledOrVector<"m" | "n" | "k" | "group">(code, ["a", "w", "scales", "zeros", "out"]);
