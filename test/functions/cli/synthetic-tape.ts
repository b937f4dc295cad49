import { bps, epochMs, type EpochMs } from '#shared/domain/units.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { syntheticFeed } from '#shared/simulator/synthetic/synthetic-feed.ts';
import { metaRow, tapeRow } from '#shared/simulator/tape/tape-writer.ts';

interface SyntheticTape {
  /** Made up as this coin: BTC, ETH or SOL. */
  readonly like: string;
  /** What the tape calls it. */
  readonly coin: string;
  readonly seed: number;
  readonly startsAt: EpochMs;
  readonly minutes: number;
}

/** Longer than any silence of a made-up market. */
const GAP_MS = 10_000;

/** The text of a tape of a made-up market, the same for ever for the same options. */
export function syntheticTape({ like, coin, seed, startsAt, minutes }: SyntheticTape): string {
  const fees = { makerBps: bps(1.5), takerBps: bps(4.5) };
  const feed = syntheticFeed({ coin: like, seed, startsAt, fees, fundingIntervalHours: 8 });
  const events = fromFirstQuoteToLast(feed.events, startsAt + minutes * 60_000);
  const quotes = events.filter(({ type }) => type === 'bbo' || type === 'book');
  const meta = metaRow({
    venue: 'synthetic',
    coin,
    quote: 'USD',
    contract: 'linear',
    tick: feed.spec.tick.step,
    lot: feed.spec.lot.step,
    gapMs: GAP_MS,
    recordedFrom: epochMs(quotes[0]?.at ?? startsAt),
    recordedTo: epochMs(quotes.at(-1)?.at ?? startsAt),
    source: `Quotemill's synthetic market of ${like}, seed ${seed}: made up, recorded nowhere`,
    licence: 'Apache-2.0',
  });
  const rows = events.map((event, index) =>
    tapeRow(event, event.type === 'trade' ? { tradeId: String(index) } : {}),
  );
  return `${[meta, ...rows].join('\n')}\n`;
}

/** A tape begins and ends with a quote. */
function fromFirstQuoteToLast(feed: Iterator<FeedEvent>, end: number): readonly FeedEvent[] {
  const events: FeedEvent[] = [];
  for (let next = feed.next(); next.done !== true && next.value.at < end; next = feed.next())
    events.push(next.value);
  const isQuote = ({ type }: FeedEvent): boolean => type === 'bbo' || type === 'book';
  return events.slice(events.findIndex(isQuote), events.findLastIndex(isQuote) + 1);
}
