import { nextBoundary } from '../../domain/venue/funding.ts';
import type { MarketEvent } from '../../domain/trading/market-event.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import { isFull } from '../due.ts';
import { type Turn, turn } from '../output.ts';
import { MARKET_BOUNDS } from '../rules.ts';
import type { MarketState } from '../state.ts';

/**
 * Every boundary crossed in the last day, by whomever, whose payment is not booked stays open. One
 * question is for all of them, as often as the youngest is due; a boundary that has just passed is
 * asked for at once (E4).
 */
export function askFunding(state: MarketState, at: EpochMs): Turn {
  const { funding, books } = state;
  if (funding.asked || at < funding.nextAskAt || isFull(state)) return turn(state);
  const since = Math.max(0, at - MARKET_BOUNDS.fundingOpenMs, books.startedAt);
  const after = epochMs(since);
  const youngest = openBoundaries(state, after, at).at(-1);
  const { fundingDelayMs } = MARKET_BOUNDS;
  // The next whose payment may be listed: also one that has passed within the delay.
  const before = epochMs(at - fundingDelayMs);
  const next = nextBoundary(before, funding.rate.intervalHours) + fundingDelayMs;
  if (youngest === undefined) {
    // The interval may change before then.
    const nextAskAt = epochMs(Math.min(next, at + MARKET_BOUNDS.fundingRateEveryMs));
    return turn({ ...state, funding: { ...funding, nextAskAt } });
  }
  const waitMs = Math.max(MARKET_BOUNDS.fundingPollMs, (at - youngest) / 10);
  const nextAskAt = epochMs(Math.min(next, at + waitMs));
  return turn(
    { ...state, funding: { ...funding, asked: true, nextAskAt } },
    { kind: 'ask-payments', after, until: at },
  );
}

function openBoundaries(
  { funding, books }: MarketState,
  after: EpochMs,
  at: EpochMs,
): readonly EpochMs[] {
  const { intervalHours } = funding.rate;
  const open: EpochMs[] = [];
  let boundary = nextBoundary(after, intervalHours);
  while (boundary + MARKET_BOUNDS.fundingDelayMs <= at) {
    if (!books.fundingPaid.includes(boundary)) open.push(boundary);
    boundary = nextBoundary(boundary, intervalHours);
  }
  return open;
}

export function askRate(state: MarketState, at: EpochMs): Turn {
  if (at < state.funding.rateAt) return turn(state);
  const rateAt = epochMs(at + MARKET_BOUNDS.fundingRateEveryMs);
  return turn(
    { ...state, funding: { ...state.funding, rateAt } },
    { kind: 'ask', what: 'funding' },
  );
}

/** The rate and its interval; one that could not be read is asked for again within minutes. */
export function onRate(
  state: MarketState,
  { answer }: Extract<MarketEvent, { kind: 'funding' }>,
  at: EpochMs,
): MarketState {
  const { funding } = state;
  if (answer.ok) return { ...state, funding: { ...funding, rate: answer.value } };
  const rateAt = epochMs(Math.min(funding.rateAt, at + MARKET_BOUNDS.fundingRateRetryMs));
  return { ...state, funding: { ...funding, rateAt } };
}
