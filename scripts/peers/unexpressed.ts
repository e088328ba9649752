/** Tasks without an expression in any peer, and why. */
export const UNEXPRESSED: Readonly<Record<string, string>> = {
  calibration: "bins by scattered sums: no peer has a histogram whose bins depend on data, except by one-hot products",
  "drift-ks-psi": "the empirical distributions of two unsorted sets take sorting and searching",
  dropout: "the bits of Philox4x32-10: peers draw other random numbers",
  "gmm-fit": "a loop of factorisations and triangular solves in batches",
  "gradient-histogram": "sums scattered to bins",
  "kmeans-step": "sums scattered to clusters, and empty clusters that stay",
  "moe-gating": "counts scattered to experts",
  "pca-power-iteration": "a loop with a fixed number of rounds, which a user would write on the CPU",
  "prune-2-4": "a choice of two in every four, which takes sorting",
  "roc-auc": "all pairs of scores in exact integers",
  "split-gain": "counts scattered to bins and classes",
};
