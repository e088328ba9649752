/**
 * A mistake in the command line or the configuration, shown without a stack trace; the exit code is 2. The message
 * states the fact and the place, the hint one fix.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
