import { describeVariants } from "../../../harness/testing/describe-variants.ts";
import task from "./task.ts";
import { variants } from "./variants.ts";

describeVariants(task, variants);
