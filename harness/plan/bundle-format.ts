/** Names that the bundler writes and the sandbox reads. */

/** The global variable that holds the module's exports once a bundled script has run. */
export const BUNDLE_GLOBAL = "kernelmarkSubmission";

/** Before the colon in the names of a candidate's files in source maps. */
export const CANDIDATE_NAMESPACE = "candidate";

/** As {@link CANDIDATE_NAMESPACE}, for the module imported as `kernelmark`. */
export const KERNELMARK_NAMESPACE = "kernelmark";

/** The name of the script in stack traces. */
export const SCRIPT_NAME = "submission.js";
