/**
 * Reads the environment and connects when the first event comes, so that a mistake in it fails an
 * invocation, with a log line, and not the load.
 */
export function onFirstCall<Arguments extends readonly unknown[], Answer>(
  create: () => (...args: Arguments) => Promise<Answer>,
): (...args: Arguments) => Promise<Answer> {
  let handler: ((...args: Arguments) => Promise<Answer>) | undefined;
  return async (...args) => {
    handler ??= create();
    return handler(...args);
  };
}
