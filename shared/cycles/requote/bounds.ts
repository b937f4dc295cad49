import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../domain/time.ts';

/** Bounds of the shell. Named here so that no number hides in a body. */
export const GROUP_BOUNDS = {
  /** A holder older than this is asked to hand over. */
  handoverAfterMs: 12 * MINUTE_MS,
  /** How long a successor waits for the holder, and how long its asking counts. */
  yieldWaitMs: 30 * SECOND_MS,
  yieldPollMs: 500,
  /** Parameters, tilt, halt and the mids of other markets are read this often. */
  controlEveryMs: 8 * SECOND_MS,
  /** And the row of a breach this often, while one is open. */
  hedgeEveryMs: 2 * SECOND_MS,
  /**
   * Nothing is sent before the session is saved; a store that takes longer has failed the start.
   */
  firstSaveMs: 8 * SECOND_MS,
  /**
   * Quotes are left to a successor once they are saved: in a store that takes longer they are not.
   */
  handOverSaveMs: 5 * SECOND_MS,
  /** After a stop nothing rests: only the others of the group wait for it. */
  stopSaveMs: MINUTE_MS,
  saveEveryMs: MINUTE_MS,
  /** So soon where a start would trade by what is new in it. */
  saveNewsMs: 15 * SECOND_MS,
  brainEveryMs: 2 * MINUTE_MS,
  /** Young enough for whoever watches from outside, who believes none older than a minute. */
  markEveryMs: 50 * SECOND_MS,
  /** So that its mid, a look old, is not too old to be compared when the mark is read next. */
  comparedMarkEveryMs: 15 * SECOND_MS,
  reportEveryMs: MINUTE_MS,
  /**
   * The venue's equity is compared with the books this often, and with every report while it cannot
   * be.
   */
  compareEveryMs: 5 * MINUTE_MS,
  /** A store call that takes longer has failed; never more than a quarter of the lease's life. */
  storeLimitMs: 4 * SECOND_MS,
  /** A store call that fails is tried again after this, then ever later. */
  storeRetryMs: 500,
  storeRetryMaxMs: 10 * SECOND_MS,
  /** A market that threw begins again after this, doubling. */
  restartMs: 10 * SECOND_MS,
  /** A start that failed is tried again up to this wait: then the next invocation may. */
  retryStartMs: 20 * SECOND_MS,
  restartMaxMs: 5 * MINUTE_MS,
  /** One that is not seen empty for this long after it could be is struck off the lease. */
  strikeAfterMs: MINUTE_MS,
  /** A hand-over needs this long beyond what may still arrive: who asks for less is not heard. */
  handoverSlackMs: 2 * SECOND_MS,
  /** Events of so long are kept for the log, and so many at most. */
  ringMs: MINUTE_MS,
  ringEvents: 2000,
  ringChars: 200_000,
  /** An event the bus did not take is put again after this. */
  announceRetryMs: 5 * SECOND_MS,
  /** Facts of so long back are read at a start, so that none is booked twice. */
  factsBackMs: 26 * HOUR_MS,
  /** Two executions in a row of the pump further apart than this: the clock has jumped. */
  jumpMs: 5 * SECOND_MS,
} as const;

/** Every send is made under a lease that outlives the arrival of what is sent. */
export const leaseTtlMs = (arrivesWithinMs: number): number => 2 * arrivesWithinMs + 5 * SECOND_MS;
