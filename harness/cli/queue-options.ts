/** The option that names the file with a queue's key. */
export const QUEUE_KEY = {
  type: "string",
  requiresArg: true,
  default: "queue.key",
  describe: "The file with the key that the queue's machines share; `grade` writes a new one",
} as const;
