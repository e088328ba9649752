import type { WrittenVariants } from "../../../harness/task/variant.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import { unseenOnSoftware } from "../score-variants.ts";

export const variants: WrittenVariants<AttentionShape, never> = { honest: [], unseen: unseenOnSoftware };
