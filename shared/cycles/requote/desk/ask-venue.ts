import { done, failed, type VenueFailure, type VenueOutcome } from '../../../domain/failure.ts';
import type { MarketEvent } from '../../../domain/trading/market-event.ts';
import type { MarketId } from '../../../domain/venue/market-id.ts';
import type { MarketOutput } from '../../../domain/trading/market-output.ts';
import type { EpochMs } from '../../../domain/units.ts';
import type { AccountReport } from '../../../domain/venue/venue-answers.ts';
import type { GroupDeps } from '../group-deps.ts';

export type Asked = Extract<MarketOutput, { kind: 'ask' | 'ask-fills' | 'ask-payments' }>;

type Asking = Pick<GroupDeps, 'clock' | 'venue'>;

/**
 * The venue's answer to a question, with when it was asked: it proves nothing of what came after.
 */
export async function askVenue(
  { clock, venue }: Asking,
  market: MarketId,
  output: Asked,
): Promise<MarketEvent> {
  const askedAt = clock.now();
  switch (output.kind) {
    case 'ask-fills': {
      const { since } = output;
      const answer = await asOutcome(() => venue.history.fills(market, since));
      return { kind: 'fills', askedAt, since, answer };
    }
    case 'ask-payments': {
      const { after, until } = output;
      const answer = await asOutcome(() => venue.history.fundingPayments(market, after, until));
      return { kind: 'payments', until, answer };
    }
    case 'ask':
      return askNow(venue, market, output.what, askedAt);
  }
}

async function askNow(
  { data, execution }: Asking['venue'],
  market: MarketId,
  what: Extract<Asked, { kind: 'ask' }>['what'],
  askedAt: EpochMs,
): Promise<MarketEvent> {
  switch (what) {
    case 'account':
    case 'position':
    case 'orders': {
      const answer = await asOutcome<AccountReport>(() => execution[what](market));
      return { kind: 'account', askedAt, answer };
    }
    case 'book':
      return { kind: 'book', askedAt, answer: await asOutcome(() => data.book(market)) };
    case 'funding':
      return { kind: 'funding', answer: await asOutcome(() => data.funding(market)) };
    case 'volatility':
      return { kind: 'volatility', answer: await asOutcome(() => data.hourlyVolatility(market)) };
  }
}

/** Cancels everything of ours; a list asked for from then on may prove that nothing rests. */
export async function emptyVenue(
  { clock, venue: { execution } }: Asking,
  market: MarketId,
  venueIds: readonly string[],
): Promise<MarketEvent> {
  const outcome = await asOutcome(async () => done(await execution.cancelOurs(market, venueIds)));
  const cancelled = outcome.ok ? outcome.value : { results: [], failure: outcome.failure };
  return { kind: 'emptied', askedAt: clock.now(), cancelled };
}

/** An adapter that throws has failed like one that got no answer: the look after it will tell. */
async function asOutcome<T>(call: () => Promise<VenueOutcome<T>>): Promise<VenueOutcome<T>> {
  try {
    return await call();
  } catch (error) {
    const failure: VenueFailure = { kind: 'outcome-unknown', detail: String(error) };
    return failed(failure);
  }
}
