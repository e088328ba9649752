import { tiledOrVector } from "../tiled-or-vector.ts";
import code from "./tuned.wgsl";

export const tuned = tiledOrVector<"m" | "n" | "k">(code, ["a", "w", "absmax", "absmax_scale", "absmax_offset", "out"]);
