import { parseQuietWindows, quietUntil } from '../../domain/parameters/quiet-window.ts';
import { reason } from '../../domain/reason.ts';
import { utcTime } from '../../domain/time.ts';
import { standAside } from '../quotes/draft.ts';
import type { Guardrail } from './guardrail.ts';

/**
 * No quotes while news are due (A18). Windows that cannot be read, which the parameters' schema
 * refuses, mean no quotes at all.
 */
export const quietWindows: Guardrail<'quietWindows'> = (draft, { now, parameters }) => {
  if (parameters.quietWindows.length === 0) return draft;
  const windows = parseQuietWindows(parameters.quietWindows);
  if (!windows.ok) return standAside(draft, reason('quiet-window', windows.failure));
  const until = quietUntil(windows.value, now);
  return until === undefined
    ? draft
    : standAside(draft, reason('quiet-window', `a quiet window lasts until ${utcTime(until)}`));
};
