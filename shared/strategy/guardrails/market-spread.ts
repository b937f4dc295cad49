import { type Book, spreadBpsOf } from '../../domain/venue/book.ts';
import { reason } from '../../domain/reason.ts';
import type { Learning } from '../memory.ts';
import { isTrueOrFalse } from '../plain-data.ts';
import { standAside } from '../quotes/draft.ts';
import type { Guardrail } from './guardrail.ts';

/**
 * Quoting resumes when the market's spread is back below this share of the limit, so that it does
 * not flicker.
 */
const RESUME_AT = 0.8;

/** Whether quoting is paused from now on, given whether it was (C2). */
export function spreadPause(wasPaused: boolean, book: Book, maxMarketSpreadBps: number): boolean {
  const spreadBps = spreadBpsOf(book);
  return wasPaused ? spreadBps > maxMarketSpreadBps * RESUME_AT : spreadBps > maxMarketSpreadBps;
}

/** No quotes while the market's own spread is too wide (C2). */
export const marketSpread: Guardrail<'maxMarketSpreadBps'> = (
  draft,
  { book, parameters, pausedBySpread: isPaused },
) => {
  if (!isPaused) return draft;
  const [wide, allowed] = [spreadBpsOf(book).toFixed(1), parameters.maxMarketSpreadBps];
  return standAside(
    draft,
    reason(
      'market-spread',
      `the market is ${wide} bps wide; paused above ${allowed}, resumed below ${(allowed * RESUME_AT).toFixed(1)}`,
    ),
  );
};

/** The market's own spread is too wide, or has not come back far enough yet (C2). */
export const pausedBySpread: Learning<boolean, 'maxMarketSpreadBps'> = {
  version: 1,
  initial: false,
  isState: isTrueOrFalse,
  observe: (wasPaused, { book, parameters: { maxMarketSpreadBps } }) =>
    spreadPause(wasPaused, book, maxMarketSpreadBps),
};
