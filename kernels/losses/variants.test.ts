import { describeFamily } from "../../harness/testing/describe-variants.ts";

await describeFamily("losses");
