import type { WrittenVariants } from "../../../harness/task/variant.ts";
import { SHIFT, unseenInRowBlocks } from "../shift-variants.ts";

export const variants: WrittenVariants<"n" | "classes", "temperature" | "alpha"> = {
  honest: [],
  unseen: {
    "f16: var maximum = student[start]": SHIFT,
    "f16: var teacher_maximum = teacher[start]": SHIFT,
    "f16: maximum = max(maximum, student[start + c])": SHIFT,
    "f16: teacher_maximum = max(teacher_maximum, teacher[start + c])": SHIFT,
    "tuned, f16: let larger = max(maximum, largest(s))": SHIFT,
    "tuned, f16: let teacher_larger = max(teacher_maximum, largest(t))": SHIFT,
    "tuned, f16: let larger = max(maximum, s)": SHIFT,
    "tuned, f16: let teacher_larger = max(teacher_maximum, t)": SHIFT,
    ...unseenInRowBlocks,
    "tuned (hardware), f16: let maximum = max(a.maximum, b.maximum)": SHIFT,
    "tuned (hardware), f16: let teacher_maximum = max(a.teacher_maximum, b.teacher_maximum)": SHIFT,
  },
};
