import { reason } from '../../domain/reason.ts';
import { standAside } from '../quotes/draft.ts';
import type { Guardrail } from './guardrail.ts';

/** Old data is never quoted on (C11). A book from the future is as wrong as an old one. */
export const staleBook: Guardrail<'maxBookAgeMs'> = (draft, { now, book, parameters }) => {
  const ageMs = now - book.at;
  if (Math.abs(ageMs) <= parameters.maxBookAgeMs) return draft;
  return standAside(
    draft,
    reason('stale-book', `the book is ${ageMs} ms old, allowed are ${parameters.maxBookAgeMs} ms`),
  );
};
