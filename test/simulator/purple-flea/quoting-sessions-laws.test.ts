import fc from 'fast-check';
import { expect, it } from 'vitest';
import { signOf } from '#shared/domain/order/side.ts';
import type { Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { FILL_MODELS } from '#shared/simulator/exchange/matching/queue-position.ts';
import { BEFORE_FUNDING, eventsFrom } from '#test/builders/feeds.ts';
import { aQuote, type InProcessExchange, startExchange } from '#test/floors/exchange-in-process.ts';
import { ME, sideOf } from './quoting.ts';

const { touch, print, gap } = eventsFrom(BEFORE_FUNDING);

const LIMITS = {
  maxInventoryUsd: 9000,
  maxSpreadBps: 4,
  autoHedgeThresholdUsd: 14_000,
  sessionStopLossUsd: 1,
} as const;

interface Second {
  readonly moveTicks: number;
  readonly halfWidthTicks: number;
  readonly shownLots: number;
  readonly print: { readonly side: 'buy' | 'sell'; readonly away: number; readonly lots: number };
  readonly isGap: boolean;
  /** The client asks for the pair anew. */
  readonly asks: boolean;
}

const seconds: fc.Arbitrary<readonly Second[]> = fc.array(
  fc.record({
    moveTicks: fc.integer({ min: -150, max: 150 }),
    halfWidthTicks: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 1, max: 100 }) },
      { weight: 1, arbitrary: fc.integer({ min: 101, max: 300 }) },
    ),
    shownLots: fc.integer({ min: 1, max: 100 }),
    print: fc.record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      away: fc.integer({ min: 0, max: 400 }),
      lots: fc.integer({ min: 1, max: 500 }),
    }),
    isGap: fc.integer({ min: 0, max: 24 }).map((drawn) => drawn === 0),
    asks: fc.integer({ min: 0, max: 7 }).map((drawn) => drawn === 0),
  }),
  { minLength: 10, maxLength: 80 },
);

const at = (ticks: number): number => ticks / 10;

function* market(script: readonly Second[]): Generator<FeedEvent> {
  let mid = 600_000;
  yield touch(0, at(mid - 5), at(mid + 5));
  for (const [index, second] of script.entries()) {
    const now = (index + 1) * 1000;
    const { side, away, lots } = second.print;
    yield print(now - 400, side, at(side === 'buy' ? mid + away : mid - away), lots / 1000);
    mid += second.moveTicks;
    if (second.isGap) yield gap(now, now + 1000);
    else
      yield touch(
        now,
        at(mid - second.halfWidthTicks),
        at(mid + second.halfWidthTicks),
        second.shownLots / 1000,
      );
  }
}

/** Checked after each event, when the guardrails have acted on it. */
function brokenLaws({ exchange, sessions }: InProcessExchange): readonly string[] {
  const { state, netPnlUsd } = sessions.report(ME, 'BTC-PERP');
  const orders = exchange.openOrders(ME, 'BTC-PERP');
  const { isOpen, spread, mid } = marketOf(exchange);
  const inventoryUsd = exchange.account(ME).holding('BTC-PERP').position.size * mid;
  const growing = orders.filter((order) => signOf(order.side) * inventoryUsd > 0);
  // A hedge of this very event may have cost the session more than it may lose: the next event
  // stops it.
  const hasJustTraded = exchange.account(ME).fills('BTC-PERP').at(-1)?.at === exchange.now();
  const mayQuote = isOpen && state !== 'stopped';
  const laws: Readonly<Record<string, boolean>> = {
    'one order a side': new Set(orders.map(({ side }) => side)).size === orders.length,
    'no order in a closed market or a stopped session': mayQuote || orders.length === 0,
    'none while the market is wide':
      !mayQuote || spread / mid <= LIMITS.maxSpreadBps / 10_000 || orders.length === 0,
    'none that grows a full inventory':
      !mayQuote || Math.abs(inventoryUsd) < LIMITS.maxInventoryUsd || growing.length === 0,
    'stopped by its loss':
      !mayQuote || state === 'none' || hasJustTraded || netPnlUsd >= -LIMITS.sessionStopLossUsd,
  };
  return Object.keys(laws).filter((law) => laws[law] === false);
}

function marketOf(exchange: Exchange): {
  readonly isOpen: boolean;
  readonly spread: number;
  readonly mid: number;
} {
  const found = exchange.market('BTC-PERP');
  const [bid, ask] = [found?.book.touch('buy')?.tick ?? 0, found?.book.touch('sell')?.tick ?? 0];
  return { isOpen: found?.isOpen() === true, spread: at(ask - bid), mid: at((ask + bid) / 2) };
}

/** Every taker fill is a hedge: each brings the position nearer to zero, and none beyond. */
function expectReducing({ exchange }: InProcessExchange): void {
  let held = 0;
  for (const { side, size, liquidity } of exchange.account(ME).fills('BTC-PERP')) {
    const next = Math.round((held + signOf(side) * size) * 1000) / 1000;
    if (liquidity === 'taker') expect(Math.abs(next)).toBeLessThan(Math.abs(held));
    if (liquidity === 'taker') expect(next * held).toBeGreaterThanOrEqual(0);
    held = next;
  }
}

it.each(FILL_MODELS)(
  'the guardrails hold after every event, whatever the market does (%s)',
  (fillModel) => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(seconds, (script) => {
        const run = startExchange(market(script), { fillModel });
        const { exchange, sessions, playTo } = run;
        let events = 0;
        exchange.listen({
          ticked: () => {
            events += 1;
            expect(brokenLaws(run)).toEqual([]);
            seen.add(sessions.report(ME, 'BTC-PERP').state);
          },
        });
        const ask = (): unknown => {
          const mid = exchange.market('BTC-PERP')?.mid() ?? 0;
          const pair = {
            buy: sideOf(mid - 20, 6000),
            sell: sideOf(mid + 20, 6000),
          };
          sessions.cancelAll(ME, 'BTC-PERP');
          return sessions.quote(ME, aQuote({ pair, autoRefresh: true, limits: LIMITS }));
        };
        ask();
        for (const [index, second] of script.entries()) {
          playTo((index + 1) * 1000);
          if (second.asks) ask();
        }
        expectReducing(run);
        expect(events).toBe(script.length * 2);
      }),
      { numRuns: 150 },
    );
    expect([...seen].toSorted()).toEqual(['none', 'one-sided', 'paused', 'quoting', 'stopped']);
  },
);
