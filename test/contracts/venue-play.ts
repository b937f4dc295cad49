import { formatClientOrderId } from '#shared/domain/order/client-order-id.ts';
import { type MarketId, symbolOf } from '#shared/domain/venue/market-id.ts';
import type {
  Approved,
  ModifyQuote,
  OrderCommand,
  PlaceQuote,
  ReducePosition,
} from '#shared/domain/order/order.ts';
import { price, size } from '#shared/domain/units.ts';
import type { CommandOutcome } from '#shared/domain/venue/venue-answers.ts';
import type { ConnectedVenue } from '#shared/ports/connect-venue.ts';
import type { Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { BEFORE_FUNDING, eventsFrom, type HandFeed } from '#test/builders/feeds.ts';
import { BTC } from '#test/builders/market.ts';

export const MARKET: MarketId = BTC;
/** What the exchange itself calls it. */
export const SYMBOL: string = symbolOf(BTC);
/** When a play begins. */
export const START = BEFORE_FUNDING;
export const { after, fundingRate, gap, print, touch } = eventsFrom(START);
export const KEY = 'pf_test_contract';
/** Of every account that is opened. */
export const DEPOSIT_USD = 100_000;
/** No send of a contract runs out by then. */
export const LATER = after(24 * 3_600_000);

/** A venue on an exchange whose market is written down, and the exchange itself to compare with. */
export interface VenuePlay {
  readonly connected: ConnectedVenue;
  readonly exchange: Exchange;
  /** Venue and clock from now on are at this many ms after START. */
  at(afterMs: number): void;
}

interface PlayOptions {
  readonly feed?: HandFeed;
  readonly requestsPerMinute?: number;
}

/** Opens one market that plays these events, and an account under KEY. */
export type OpenPlay = (events: readonly FeedEvent[], options?: PlayOptions) => Promise<VenuePlay>;

/** Review is not what is tested here. */
export const approved = (...commands: readonly OrderCommand[]): readonly Approved[] =>
  commands as readonly Approved[];

let counter = 0;

/** A quote of ours, 20 away from a mid of 60,000, with an id of its own. */
export const aQuote = (side: 'buy' | 'sell', over: Partial<PlaceQuote> = {}): PlaceQuote => ({
  kind: 'place',
  market: MARKET,
  clientId: formatClientOrderId({
    role: 'quote',
    deployment: 'test',
    symbol: symbolOf(over.market ?? MARKET),
    side,
    level: over.level ?? 0,
    fence: 1,
    counter: (counter += 1),
  }),
  side,
  level: 0,
  price: price(side === 'buy' ? 59_980 : 60_020),
  size: size(0.1),
  ...over,
});

/** The same quote in the place of an order. */
export const aModify = (
  venueId: string,
  side: 'buy' | 'sell',
  over: Partial<PlaceQuote> = {},
): ModifyQuote => ({ ...aQuote(side, over), kind: 'modify', venueId });

export const aReduction = (over: Partial<ReducePosition> = {}): ReducePosition => ({
  kind: 'reduce',
  market: MARKET,
  clientId: formatClientOrderId({
    role: 'hedge',
    deployment: 'test',
    symbol: SYMBOL,
    intent: 'h1',
    attempt: (counter += 1),
  }),
  side: 'sell',
  size: size(0.04),
  positionSize: size(0.1),
  limitPrice: price(59_900),
  ...over,
});

export const aCancel = (venueId: string): OrderCommand => ({
  kind: 'cancel',
  market: MARKET,
  venueId,
});

/** Sends, and takes the results by id. */
export async function sent(
  { connected }: VenuePlay,
  ...commands: readonly OrderCommand[]
): Promise<Readonly<Record<string, CommandOutcome>>> {
  const results = await connected.execution.send(approved(...commands), LATER);
  return Object.fromEntries(results.map(({ id, outcome }) => [id, outcome]));
}

/** Places one quote and tells the venue's id of it. */
export async function placed(play: VenuePlay, quote: PlaceQuote): Promise<string> {
  const outcome = (await sent(play, quote))[quote.clientId];
  if (outcome?.kind !== 'placed') throw new Error(`not placed: ${JSON.stringify(outcome)}`);
  return outcome.venueId;
}

/** Buys or sells at any price, as a person would at the venue itself. */
export function trade(
  { exchange }: VenuePlay,
  side: 'buy' | 'sell',
  amount: number,
  key = KEY,
): void {
  const done = exchange.place(key, {
    market: SYMBOL,
    side,
    price: undefined,
    size: amount,
    timeInForce: 'IOC',
    postOnly: false,
    reduceOnly: false,
  });
  if (!done.ok) throw new Error(done.failure.reason);
}
