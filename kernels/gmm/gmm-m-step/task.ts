import { defineTask } from "../../../harness/task/task.ts";
import { gmmMStep } from "../../../reference/gmm.ts";
import { data } from "./data.ts";
import { mistakes } from "./mistakes.ts";
import { plain } from "./plain.ts";
import { spec } from "./spec.ts";
import { tuned } from "./tuned.ts";

export default defineTask({ spec, data, oracle: gmmMStep, mistakes, plain, tuned });
