import { describeSample } from "../harness/testing/describe-tasks.ts";

// tasks.long.test.ts takes more, and `npm run test:variants` all tasks, and all variants of each.
await describeSample(1);
