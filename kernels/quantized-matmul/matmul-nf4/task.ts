import { defineTask } from "../../../harness/task/task.ts";
import { matmulNf4 } from "../../../reference/quantized-matmul.ts";
import { data } from "./data.ts";
import { mistakes } from "./mistakes.ts";
import { plain } from "./plain.ts";
import { spec } from "./spec.ts";
import { tuned } from "./tuned.ts";

export default defineTask({ spec, data, oracle: matmulNf4, mistakes, plain, tuned });
