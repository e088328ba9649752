import { describeSample } from "../harness/testing/describe-tasks.ts";

// `npm run test:variants` takes all tasks, and all variants of each.
await describeSample(2);
