import { defineTask } from "../../../harness/task/task.ts";
import { gmmFit } from "../../../reference/gmm-fit.ts";
import { data } from "./data.ts";
import { mistakes } from "./mistakes.ts";
import { plain } from "./plain.ts";
import { spec } from "./spec.ts";
import { tuned } from "./tuned.ts";

export default defineTask({ spec, data, oracle: gmmFit, mistakes, plain, tuned });
