/**
 * A bug: something that cannot be true is. Never caught by a cycle; the next invocation starts from
 * what the venue says.
 */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/**
 * Input a person or another system gave us is wrong. The message is one line: what, where, what is
 * allowed.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
}

export type Outcome<T, F> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: F };

export const done = <T>(value: T): { readonly ok: true; readonly value: T } => ({
  ok: true,
  value,
});

export const failed = <F>(failure: F): { readonly ok: false; readonly failure: F } => ({
  ok: false,
  failure,
});

/**
 * Why a venue call did not do what was asked. Three kinds, because the caller does three different
 * things.
 */
export type VenueFailure =
  /** The venue answered no (or answered nonsense to a read): nothing took effect. */
  | { readonly kind: 'rejected'; readonly code: string; readonly reason: string }
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number }
  /** No answer: a command may or may not have taken effect, so look before sending again. */
  | { readonly kind: 'outcome-unknown'; readonly detail: string };

export type VenueOutcome<T> = Outcome<T, VenueFailure>;

export function describeFailure(failure: VenueFailure): string {
  switch (failure.kind) {
    case 'rejected':
      return `rejected: ${failure.reason} (${failure.code})`;
    case 'rate-limited':
      return `rate limited for ${failure.retryAfterMs} ms`;
    case 'outcome-unknown':
      return `no answer: ${failure.detail}`;
  }
}

/** What was thrown, in its own words. */
export const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
