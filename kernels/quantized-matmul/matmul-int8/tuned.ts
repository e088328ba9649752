import { tiledOrVector } from "../tiled-or-vector.ts";
import code from "./tuned.wgsl";

export const tuned = tiledOrVector<"m" | "n" | "k">(code, ["a", "b", "a_scale", "b_scale", "out"]);
