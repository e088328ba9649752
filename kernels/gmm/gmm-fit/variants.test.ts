import { describeVariants } from "../../../harness/judge/describe-variants.ts";
import task from "./task.ts";
import { variants } from "./variants.ts";

describeVariants(task, variants);
