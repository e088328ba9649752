import type { WrittenVariants } from "../../../harness/task/variant.ts";

const SHIFT = "exponentials and the logarithm of their sum change alike with any shift near the maximum";

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
    "tuned, f16: let four = max(max(block[0], block[1]), max(block[2], block[3]))": SHIFT,
    "tuned, f16: return max(max(four.x, four.y), max(four.z, four.w))": SHIFT,
    "tuned (hardware), f16: let maximum = max(a.maximum, b.maximum)": SHIFT,
    "tuned (hardware), f16: let teacher_maximum = max(a.teacher_maximum, b.teacher_maximum)": SHIFT,
  },
};
