/**
 * A mistake in how the harness was called or configured, to be shown without a stack trace; the exit code is 2.
 * The message says what is wrong and where, the hint what to do about it.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
