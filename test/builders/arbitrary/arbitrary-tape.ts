import fc from 'fast-check';
import { atIndex, type Grid, grid } from '#shared/domain/order/grid.ts';
import { epochMs } from '#shared/domain/units.ts';
import type { FeedEvent, FeedLevels } from '#shared/simulator/feed/feed.ts';
import type { TapeMeta } from '#shared/simulator/tape/tape-meta.ts';
import { metaRow, tapeRow } from '#shared/simulator/tape/tape-writer.ts';

export interface ArbitraryTape {
  readonly meta: TapeMeta;
  readonly events: readonly FeedEvent[];
}

const GAP_MS = 1000;

/**
 * Whole tapes of a linear market: any tick and lot, quotes, trades and funding in any order that is
 * allowed, silences with their gap rows.
 */
export const arbitraryTape = (): fc.Arbitrary<ArbitraryTape> =>
  fc
    .record({
      tick: fc.constantFrom(1, 0.5, 0.1, 0.01, 0.00001).map(grid),
      lot: fc.constantFrom(1, 0.001, 0.0001, 0.00001).map(grid),
      from: fc.integer({ min: 1_500_000_000_000, max: 2_000_000_000_000 }),
    })
    .chain(({ tick, lot, from }) =>
      fc.array(step(tick, lot), { minLength: 1, maxLength: 40 }).map((steps) => {
        const [first, ...rest] = steps;
        const events = laidOut(from, { ...first!, kind: 'quote' }, rest);
        return { meta: metaOf(tick, lot, from, lastQuoteAt(events)), events };
      }),
    );

/** The tape as the writer writes it. */
export const linesOfTape = ({ meta, events }: ArbitraryTape): readonly string[] => [
  metaRow(meta),
  ...events.map((event, index) =>
    tapeRow(event, event.type === 'trade' ? { tradeId: `t${index}`, receivedAt: event.at } : {}),
  ),
];

interface Step {
  readonly kind: 'quote' | 'trade' | 'funding';
  readonly waitMs: number;
  readonly quote: (at: number) => FeedEvent;
  readonly trade: (at: number) => FeedEvent;
  readonly rate: number;
}

function step(tick: Grid, lot: Grid): fc.Arbitrary<Step> {
  const lots = fc.integer({ min: 1, max: 10_000_000 });
  const ladder = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), lots), {
    minLength: 1,
    maxLength: 20,
  });
  const levels = (
    start: number,
    away: 1 | -1,
    drawn: readonly (readonly [number, number])[],
  ): FeedLevels => {
    let index = start;
    return drawn.flatMap(([ticks, size]) => {
      index += away * ticks;
      return [atIndex(tick, index), atIndex(lot, size)];
    });
  };
  return fc
    .record({
      kind: fc.constantFrom(
        'quote' as const,
        'quote' as const,
        'trade' as const,
        'funding' as const,
      ),
      waitMs: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 * GAP_MS })),
      middle: fc.integer({ min: 2000, max: 10_000_000 }),
      bids: ladder,
      asks: ladder,
      full: fc.boolean(),
      size: lots,
      side: fc.constantFrom('buy' as const, 'sell' as const),
      rate: fc.double({ min: -0.01, max: 0.01, noNaN: true }).map((rate) => rate + 0),
    })
    .map(({ kind, waitMs, middle, bids: below, asks: above, full, size, side, rate }) => {
      const [bids, asks] = [levels(middle, -1, below), levels(middle, 1, above)];
      const [bid, bidSize] = [bids[0]!, bids[1]!];
      const [ask, askSize] = [asks[0]!, asks[1]!];
      return {
        kind,
        waitMs,
        rate,
        quote: (at) =>
          full
            ? { type: 'book', at: epochMs(at), bids, asks }
            : { type: 'bbo', at: epochMs(at), bid, bidSize, ask, askSize },
        trade: (at) => ({
          type: 'trade',
          at: epochMs(at),
          price: atIndex(tick, middle),
          size: atIndex(lot, size),
          side,
        }),
      };
    });
}

const RANK = { funding: 0, gap: 1, trade: 2, bbo: 3, book: 3 } as const;

/**
 * Puts the steps on a line of time so that every guarantee of the format holds; what could not
 * stand last is left out.
 */
function laidOut(from: number, first: Step, steps: readonly Step[]): readonly FeedEvent[] {
  const events: FeedEvent[] = [first.quote(from)];
  let [at, quotedAt] = [from, from];
  for (const { kind, waitMs, quote, trade, rate } of steps) {
    // After a quote, what is not a quote comes a millisecond later.
    at += kind === 'quote' || at > quotedAt ? waitMs : Math.max(1, waitMs);
    if (kind === 'trade') events.push(trade(at));
    else if (kind === 'funding')
      events.push({ type: 'funding', at: epochMs(at), rate, intervalHours: 1 });
    else {
      if (at - quotedAt > GAP_MS)
        events.push({ type: 'gap', at: epochMs(quotedAt + 1), to: epochMs(at) });
      events.push(quote(at));
      quotedAt = at;
    }
  }
  return events
    .filter((event) => event.at <= quotedAt)
    .toSorted((a, b) => a.at - b.at || RANK[a.type] - RANK[b.type]);
}

const lastQuoteAt = (events: readonly FeedEvent[]): number =>
  events.findLast(({ type }) => type === 'bbo' || type === 'book')!.at;

const metaOf = (tick: Grid, lot: Grid, from: number, to: number): TapeMeta => ({
  venue: 'hl',
  coin: 'BTC',
  quote: 'USDC',
  contract: 'linear',
  tick: tick.step,
  lot: lot.step,
  gapMs: GAP_MS,
  recordedFrom: epochMs(from),
  recordedTo: epochMs(to),
  source: 'drawn at random',
});
