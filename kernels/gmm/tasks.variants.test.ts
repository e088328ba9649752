import { describeFamily } from "../../harness/testing/describe-tasks.ts";

await describeFamily("gmm");
