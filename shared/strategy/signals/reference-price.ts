import { HOUR_MS, MINUTE_MS } from '../../domain/time.ts';
import { isAmount, isNumber, maybe, recordOf } from '../plain-data.ts';
import { plain } from '../shown.ts';
import type { Look } from '../memory.ts';
import {
  NO_REFERENCE,
  observeReference,
  type ReferenceBasis,
  type ReferenceReading,
} from './reference-basis.ts';
import { because, type Said, type Signal } from './signal.ts';

const SETTINGS = {
  halfLifeMs: HOUR_MS,
  believedAfterMs: 5 * MINUTE_MS,
  maxAgeMs: 2000,
  maxUnchangedMs: MINUTE_MS,
  sigmas: 6,
  maxShiftBps: 20,
  trust: 0.5,
};

const judged = (state: ReferenceBasis, { view, book }: Look): ReferenceReading =>
  observeReference(state, { mid: book.mid, reference: view.reference, now: view.now }, SETTINGS);

export const reference: Signal<ReferenceBasis, Said & { readonly fairValue: number }> = {
  version: 1,
  initial: NO_REFERENCE,
  isState: recordOf<ReferenceBasis>({
    at: maybe(isAmount),
    basis: isNumber,
    variance: isAmount,
    weight: isAmount,
    evidenceMs: isAmount,
    lastMid: maybe(isNumber),
    changedAt: isAmount,
    refusedSince: maybe(isAmount),
  }),
  observe: (state, look) => (look.view.reference === undefined ? state : judged(state, look).state),
  // Against the basis as it was before this pair of mids.
  read: (_, look, before) => {
    const { fairValue, reason: why } = judged(before, look);
    return { fairValue, reasons: look.view.reference === undefined ? [] : because(why) };
  },
  explain: ({ fairValue }) => [['by the reference', plain(fairValue)]],
};
