import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNKNOWN_ORDER } from '#shared/domain/books/fill.ts';
import { atIndex, onLot } from '#shared/domain/order/grid.ts';
import { type Side, signOf } from '#shared/domain/order/side.ts';
import { epochMs, price, signedSize, size, usd } from '#shared/domain/units.ts';
import { hedgeMayFill } from '#shared/market/hedges/breach.ts';
import { LOT } from '../../builders/play/lagging-venue.ts';
import {
  aLoneFill,
  kinds,
  LoneMarket,
  nothingKnown,
  RULES,
  said,
} from '../../builders/play/lone-market.ts';
import { START } from '../../builders/market.ts';
import { PLAYED } from '../../builders/play/market-play.ts';

const HELD = { held: 0.005 };

/** It holds five times its threshold, and has asked for a hedge. */
function breached(): LoneMarket {
  const market = new LoneMarket(nothingKnown({ hedgeThresholdUsd: 100, hedgeThresholdRatio: 1 }));
  market.look(0);
  market.fills([]);
  market.time(10_000);
  const fill = aLoneFill({ at: market.at, size: size(0.005) });
  expect(kinds(market.look(0, HELD, [fill]))).toContain('breach');
  return market;
}

const answered = (
  market: LoneMarket,
  outcome: string,
  reducedUsd = usd(0),
  side: Side = 'sell',
): void => {
  const id = market.state.hedge.open?.id ?? '';
  market.hear({ kind: 'hedge', open: false, id, outcome, side, reducedUsd });
};

/** How long it takes until another is asked for. */
function untilAsked(market: LoneMarket): number {
  for (let seconds = 0; seconds < 5000; seconds += 10) {
    if (kinds(market.look(10_000, HELD)).includes('breach')) return seconds + 10;
  }
  return Infinity;
}

describe('a hedge', () => {
  it.each(['not-needed', 'called-off', 'gave-up'])(
    'that was %s waits a minute before the next, then ever longer (C12)',
    (outcome) => {
      const market = breached();
      const waits = [1, 2, 3, 4].map(() => {
        answered(market, outcome);
        return untilAsked(market);
      });
      const least = outcome === 'not-needed' ? 60 : 90;
      expect(waits).toEqual([least, 120, 240, 480]);
    },
  );

  it('that took something off waits only until the lists must show it (B6)', () => {
    const market = breached();
    answered(market, 'not-needed');
    untilAsked(market);
    answered(market, 'hedged');
    expect(untilAsked(market)).toBe(90);
    answered(market, 'not-needed');
    expect(untilAsked(market)).toBe(60);
  });

  it.each([
    { told: 'all of it', booked: 0.003, shown: 0.002, waits: 0 },
    { told: 'a part of it', booked: 0.002, shown: 0.003, waits: 80 },
    { told: 'nothing yet', booked: 0, shown: 0.005, waits: 80 },
  ])('that is booked and shown is not waited for: $told (B6)', ({ booked, shown, waits }) => {
    const market = breached();
    answered(market, 'hedged', usd(300));
    const sold = { id: 's', at: market.at, side: 'sell', liquidity: 'taker' } as const;
    const fills = booked === 0 ? [] : [aLoneFill({ ...sold, size: size(booked) })];
    const first = kinds(market.look(1000, { held: shown }, fills));
    expect(first.includes('breach')).toBe(waits === 0);
    if (waits > 0) expect(kinds(market.look(60_000, { held: shown }))).not.toContain('breach');
  });

  it.each([
    { what: 'taken the other way', side: 'buy', orderId: 'x', position: 0.008 },
    { what: 'listed without an order', side: 'sell', orderId: UNKNOWN_ORDER, position: 0.002 },
  ] as const)('is not ended by what is $what (B6)', ({ side, orderId, position }) => {
    const market = breached();
    answered(market, 'hedged', usd(300));
    const fill = aLoneFill({
      id: 's',
      at: market.at,
      side,
      orderId,
      liquidity: 'taker',
      size: size(0.003),
    });
    expect(kinds(market.look(1000, { held: position }, [fill]))).not.toContain('breach');
    expect(kinds(market.look(60_000, { held: position }))).not.toContain('breach');
  });

  it('that bought back what was held short by then is shown by what was bought (B6, C1)', () => {
    const traded = fc.record({
      side: fc.constantFrom<Side>('buy', 'sell'),
      lots: fc.integer({ min: 0, max: 5 }),
      isShown: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.constantFrom<Side>('buy', 'sell'), traded, (side, { lots, ...listed }) => {
        const market = breached();
        // Quotes of ours have turned it, or made more of it.
        const by = side === 'buy' ? 'sell' : 'buy';
        const turned = side === 'buy' ? 0.015 : 0.006;
        const quoted = aLoneFill({ id: 'q', at: market.at, side: by, size: size(turned) });
        const before = 0.005 + signOf(by) * turned;
        answered(market, 'hedged', usd(300), side);
        const amount = atIndex(LOT, lots);
        const hedged = { id: 'h', at: market.at, side: listed.side, liquidity: 'taker' } as const;
        const fills = lots === 0 ? [] : [aLoneFill({ ...hedged, size: size(amount) })];
        const after = onLot(LOT, before + signOf(listed.side) * amount);
        const held = listed.isShown ? after : before;
        const asked = kinds(market.look(1000, { held }, [quoted, ...fills])).includes('breach');
        const isAll = listed.side === side && lots >= 3 && held === after;
        expect(asked).toBe(isAll);
      }),
    );
  });

  it("that is booked but not in the venue's position is waited for (B6)", () => {
    const market = breached();
    answered(market, 'hedged', usd(300));
    const sold = aLoneFill({
      id: 's',
      at: market.at,
      side: 'sell',
      liquidity: 'taker',
      size: size(0.003),
    });
    expect(kinds(market.look(1000, HELD, [sold]))).not.toContain('breach');
    expect(kinds(market.look(60_000, HELD))).not.toContain('breach');
  });

  it('is announced again each minute while nobody finishes it, and answers of others do nothing', () => {
    const market = breached();
    const rest = { kind: 'hedge', outcome: 'hedged', side: 'sell', reducedUsd: usd(300) } as const;
    market.hear({ ...rest, open: false, id: 'another' });
    market.hear({ ...rest, open: true, id: market.state.hedge.open?.id ?? '' });
    expect(untilAsked(market)).toBe(60);
    expect(market.outputs.filter(({ kind }) => kind === 'count')).toEqual([]);
  });

  it('may buy back what is held short by the time it is worked off: quotes leave it room (B1, C1)', () => {
    const quotes = { quoteSizeUsd: 600, levels: 3 };
    const known = nothingKnown({ hedgeThresholdUsd: 100, hedgeThresholdRatio: 1, ...quotes });
    const market = new LoneMarket(known);
    const first = market.look(0, HELD, [aLoneFill({ at: market.at, size: size(0.005) })]);
    market.sent(first, () => ({ kind: 'refused', code: 'no', reason: 'no' }));
    expect(market.state.hedge.open?.side).toBe('sell');
    const sold = aLoneFill({ id: 's', at: market.at, side: 'sell', size: size(0.013) });
    const outputs = market.look(10_000, { held: -0.008 }, [sold]);
    const bids = outputs
      .flatMap((output) => (output.kind === 'send' ? output.commands : []))
      .filter((command) => command.kind === 'place' && command.side === 'buy');
    const bid = bids.reduce((sum, one) => sum + (one.kind === 'place' ? one.size : 0), 0);
    expect(bid).toBeGreaterThan(0);
    expect(bid * 100_000).toBeLessThanOrEqual(1000);
    expect(hedgeMayFill(market.state, market.at, market.rules)).toContainEqual({
      side: 'buy',
      remaining: 0.008,
    });
  });

  it('begins with short waits again when the breach has ended', () => {
    const market = breached();
    answered(market, 'gave-up');
    const sold = aLoneFill({ id: 's', at: market.at, side: 'sell', size: size(0.005) });
    market.look(100_000, { held: 0 }, [sold]);
    expect(market.state.hedge.unhedgedInRow).toBe(0);
  });

  it('of what is too small to trade is said once, and again after the breach has ended', () => {
    const spec = { ...RULES.spec, minNotionalUsd: usd(10_000) };
    const known = nothingKnown({ hedgeThresholdUsd: 100, hedgeThresholdRatio: 1 });
    const market = new LoneMarket(known, { ...RULES, spec });
    const hears = (held: number, fill?: ReturnType<typeof aLoneFill>) =>
      said(market.look(60_000, { held }, fill === undefined ? [] : [fill])).filter(
        (what) => what === 'too little to hedge',
      );
    market.look(0);
    market.fills([]);
    market.time(10_000);
    const bought = aLoneFill({ at: market.at, size: size(0.005) });
    expect(hears(0.005, bought)).toHaveLength(1);
    expect(hears(0.005)).toEqual([]);
    const sold = aLoneFill({ id: 's', at: market.at, side: 'sell', size: size(0.005) });
    hears(0, sold);
    expect(market.state.hedge.tooSmallSaid).toBe(false);
  });
});

describe('what a hedge may still take off the position', () => {
  const mayFill = ({ state, at, rules }: LoneMarket): readonly number[] =>
    hedgeMayFill(state, at, rules).map(({ remaining }) => remaining);

  it('is all that is held, until what it says it took is booked and shown (B1)', () => {
    const market = breached();
    expect(mayFill(market)).toEqual([0.005]);
    answered(market, 'hedged', usd(500));
    market.look(3000, HELD);
    expect(mayFill(market)).toEqual([0.005]);
    const sold = { id: 's', at: market.at, side: 'sell', liquidity: 'taker' } as const;
    market.look(3000, { held: 0 }, [aLoneFill({ ...sold, size: size(0.005) })]);
    expect(market.state.books.pnl.position.size).toBe(0);
    expect(mayFill(market)).toEqual([]);
  });

  it('grows with what is held while it is open', () => {
    const market = breached();
    const more = aLoneFill({ id: 'f2', at: market.at, size: size(0.002) });
    market.look(3000, { held: 0.007 }, [more]);
    expect(mayFill(market)).toEqual([0.007]);
  });

  it.each([
    ['called-off', 85_000],
    ['gave-up', 85_000],
    ['not-needed', 0],
  ])('is until the lists must show it where it was %s: %d ms', (outcome, forMs) => {
    const market = breached();
    answered(market, outcome);
    expect(mayFill(market)).toHaveLength(forMs === 0 ? 0 : 1);
    market.time(forMs);
    expect(mayFill(market)).toEqual([]);
  });

  it('is for whoever starts soon after it, until the lists must show it', () => {
    const known = nothingKnown();
    const intent = {
      id: 'i',
      market: PLAYED,
      openedAt: START,
      inventoryUsd: usd(500),
      thresholdUsd: usd(100),
      hedgeFraction: 1,
      hedgeMaxSlippageBps: 20,
    };
    const outcome = { kind: 'hedged', reducedUsd: usd(500), inventoryUsd: usd(0) } as const;
    const status = { kind: 'done', outcome, at: epochMs(START - 10_000) } as const;
    const held = { size: signedSize(0.005), averageEntry: price(100_000) };
    const hedge = { intent, status, attempt: undefined };
    const market = new LoneMarket({ ...known, hedge, held, mid: price(100_000) });
    expect(mayFill(market)).toEqual([0.005]);
    market.time(75_000);
    expect(mayFill(market)).toEqual([]);
  });
});
