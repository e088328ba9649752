/** Interview questions that are no computation on tensors, with the tasks that come nearest, if there are any. */
export const NO_COMPUTATION: Readonly<Record<number, string>> = {
  1: "kinds of learning",
  2: "kinds of learning",
  6: "cross-validation",
  11: "generative against discriminative models",
  15: "transfer learning",
  29: "bagging against boosting; boosting's histogram belongs to question 9",
  34: "kinds of encoders and decoders; the tasks compute their masks",
  35: "the stages of RLHF; the tasks compute its loss",
  37: "techniques against latency; the tasks are their kernels",
  41: "distributed training",
  45: "objectives of pre-training; the tasks compute their losses",
  48: "leakage",
  50: "system design",
};
