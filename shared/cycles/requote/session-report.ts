export type SessionReport =
  /** Somebody else trades the market: this invocation was only the watchdog's tick. */
  | { readonly kind: 'already-held'; readonly by: string }
  /** We held the market and did not quote it. */
  | { readonly kind: 'stood-aside'; readonly why: string }
  | {
      readonly kind: 'ran';
      readonly ended: Ending;
      readonly decisions: number;
      readonly quotesPlaced: number;
      readonly fills: number;
    };

/** Why a session stopped looping. Only a hand-over leaves quotes on the book. */
export type Ending =
  | 'handed-over'
  | 'switched-off'
  | 'deadline'
  | 'lost-lease'
  | 'venue-forbids'
  | 'halted';
