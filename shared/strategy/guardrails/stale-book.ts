import { reason } from '../../domain/reason.ts';
import { bookAgeMs, skewText } from '../book-age.ts';
import { standAside } from '../quotes/draft.ts';
import type { Guardrail } from './guardrail.ts';

/** Old data is never quoted on (C11). A book from the future is as wrong as an old one. */
export const staleBook: Guardrail<'maxBookAgeMs'> = (draft, context) => {
  const { book, parameters } = context;
  const ageMs = bookAgeMs(book, context);
  if (Math.abs(ageMs) <= parameters.maxBookAgeMs) return draft;
  const text = `the book is ${Math.round(ageMs)} ms old, allowed are ${parameters.maxBookAgeMs} ms`;
  return standAside(draft, reason('stale-book', `${text}${skewText(context)}`));
};
