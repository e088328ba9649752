import { describeFamily } from "../../harness/testing/describe-family.ts";

await describeFamily("losses");
