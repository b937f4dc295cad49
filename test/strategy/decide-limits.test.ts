import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { done, failed } from '#shared/domain/failure.ts';
import { sizeDown } from '#shared/domain/order/grid.ts';
import { usd } from '#shared/domain/units.ts';
import type { BrainState } from '#shared/strategy/brain-state.ts';
import { type Decision, wantedOf } from '#shared/strategy/decision.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';
import { aBook, aBrain, after, aPosition, aSpec } from '#test/builders/market.ts';
import {
  codesOf,
  decided,
  fixed,
  NO_REGIMES,
  quoteOn,
  seenAt,
  sidesOf,
  textOf,
} from './decisions.ts';

describe('decide, near the cap', () => {
  it('withdraws the growing side from 90 % of the cap on, and never both (C1)', () => {
    const long = decided({ position: aPosition(0.0091) });
    expect(sidesOf(long)).toEqual(['sell']);
    expect(textOf(long, 'one-sided')).toBe('one-sided: long 91 % of cap, buy side withdrawn');
    expect(sidesOf(decided({ position: aPosition(-0.0091) }))).toEqual(['buy']);
  });

  it('quotes the reducing side at any inventory, and the growing one exactly below 90 % of the cap in force (C1, C8)', () => {
    const shares = fc.oneof(between(0, 3), between(0.85, 0.95));
    fc.assert(
      fc.property(shares, fc.boolean(), between(0, 0.2), (share, long, volatility) => {
        fc.pre(share > 0.001 && Math.abs(share - 0.9) > 1e-6);
        // Above 2 % an hour the cap shrinks in proportion, to a fifth at the least.
        const capUsd = 1000 * Math.max(0.2, Math.min(1, 0.02 / volatility));
        const decision = decided({
          position: aPosition(((long ? share : -share) * capUsd) / 100_000),
          venueHourlyVolatility: volatility,
        });
        expect(sidesOf(decision)).toEqual(share < 0.9 ? ['buy', 'sell'] : [long ? 'sell' : 'buy']);
      }),
    );
  });

  it('shrinks the growing side to the room that is left (A7)', () => {
    const over = { quoteSizeUsd: 400, ...NO_REGIMES };
    const decision = decided({ position: aPosition(0.0085) }, over);
    expect(quoteOn(decision, 'buy').size).toBe(0.0015);
    expect(quoteOn(decision, 'sell').size).toBe(0.004);
    expect(codesOf(decision)).toContain('within-room');
  });

  it('keeps the reducing side near the cap with the smallest order the venue takes, however much sizes shrink, and never more than is held (C1)', () => {
    const shrunk = { ...aBrain, tail: { ...aBrain.tail, factor: 0.2 } };
    const scenes = fc.record({
      ratio: between(0.900_001, 1.2),
      short: fc.boolean(),
      quoteSizeUsd: between(1, 40),
      lot: fc.constantFrom(0.001, 0.0001, 0.00001),
      maxInventoryUsd: fc.constantFrom(8, 50, 1000),
      minNotional: fc.constantFrom(0, 10, 9.9999),
    });
    const venueHourlyVolatility = 0.02;
    fc.assert(
      fc.property(scenes, ({ ratio, short, quoteSizeUsd, lot, maxInventoryUsd, minNotional }) => {
        const held = ((short ? -1 : 1) * ratio * maxInventoryUsd) / 100_000;
        const spec = aSpec({ lot, minNotional });
        const view = { spec, position: aPosition(held), venueHourlyVolatility };
        const decision = decided(view, { quoteSizeUsd, maxInventoryUsd }, shrunk);
        const canReduce =
          Math.abs(held) >= lot &&
          sizeDown(spec.lot, Math.abs(held)) * 99_000 >= Math.max(minNotional, lot * 99_000);
        if (canReduce) expect(sidesOf(decision)).toEqual([short ? 'buy' : 'sell']);
        for (const { side, price, size } of wantedOf(decision).quotes) {
          expect(size * price).toBeGreaterThanOrEqual(minNotional);
          expect(side).toBe(short ? 'buy' : 'sell');
          if (size > quoteSizeUsd / 99_000) expect(size).toBeLessThanOrEqual(Math.abs(held));
        }
      }),
    );
    const below = decided(
      { position: aPosition(0.0085), venueHourlyVolatility },
      { quoteSizeUsd: 20 },
      shrunk,
    );
    expect(sidesOf(below)).toEqual([]);
    expect(codesOf(below)).toContain('below-minimum');
  });
});

describe('decide, by what the market shows', () => {
  it('pauses while the market is too wide and resumes only when it has come back far enough (C2)', () => {
    const seen = (half: number, before = aBrain): Decision =>
      decided({ book: done(aBook(100_000 - half, 100_000 + half)) }, {}, before);
    const wide = seen(200);
    expect(sidesOf(wide)).toEqual([]);
    expect(codesOf(wide)).toContain('market-spread');
    const stillWide = seen(130, wide.state);
    expect(sidesOf(stillWide)).toEqual([]);
    const narrow = seen(110, stillWide.state);
    expect(sidesOf(narrow)).toHaveLength(2);
    expect(sidesOf(seen(130, narrow.state))).toHaveLength(2);
  });

  it('quotes 50 bps apart above 5 % an hour, or nothing where the parameter says so (C6)', () => {
    const pricesAt = (
      venueHourlyVolatility: number,
      volBreakerAction: 'widen' | 'stop',
    ): readonly number[] =>
      wantedOf(decided({ venueHourlyVolatility }, fixed(10, { volBreakerAction }))).quotes.map(
        ({ price }) => price,
      );
    for (const action of ['widen', 'stop'] as const)
      expect(pricesAt(0.05, action)).toEqual([99_950, 100_050]);
    expect(pricesAt(0.0501, 'widen')).toEqual([99_750, 100_250]);
    expect(pricesAt(0.0501, 'stop')).toEqual([]);
  });

  it('never quotes on a book that is old, from the future, or no book (C11)', () => {
    const bookAt = (ms: number) => ({ book: done(aBook(99_999, 100_001, after(ms))) });
    for (const ms of [-2001, 2001]) {
      const stale = decided(bookAt(ms));
      expect(sidesOf(stale)).toEqual([]);
      expect(codesOf(stale)).toContain('stale-book');
      expect(stale.state.volatility).toEqual({ ...aBrain.volatility, regime: 'high' });
      expect(stale.state.depth).toEqual(aBrain.depth);
    }
    expect(sidesOf(decided(bookAt(-2000)))).toHaveLength(2);
    const text = 'the book is crossed: bid 2 above ask 1';
    const blind = decided({ book: failed(text) });
    expect(sidesOf(blind)).toEqual([]);
    expect(blind.reasons).toEqual([{ code: 'no-book', text }]);
  });

  it('says when a quote would be below the venue minimum (A16)', () => {
    const decision = decided({}, { quoteSizeUsd: 5 });
    expect(sidesOf(decision)).toEqual([]);
    expect(codesOf(decision)).toEqual(['below-minimum', 'below-minimum']);
  });
});

describe('decide, by what can be lost', () => {
  it('shrinks every size while all markets move together, and not below correlationCap 1 (C8)', () => {
    const run = (correlationCap: number): Decision => {
      const over = fixed(10, { correlationCap, sizeMultipliers: [1, 1, 1] });
      const lookAt = (look: number, before: BrainState): Decision => {
        const now = after(look * 10_000);
        const wave = 1 + 0.0004 * Math.sin(look * 1.7) + 0.0003 * Math.sin(look * 0.9);
        const bid = Math.floor(100_000 * wave);
        const peers = {
          A: { mid: 10 * wave, at: now },
          B: { mid: 20 * wave, at: now },
          C: { mid: 3000 * wave, at: now },
        };
        const view = { ...seenAt(now, bid, bid + 2), venueHourlyVolatility: 0.001, peers };
        return decided(view, over, before);
      };
      let last = lookAt(0, aBrain);
      for (let look = 1; look < 400; look += 1) last = lookAt(look, last.state);
      return last;
    };
    const together = run(0.75);
    expect(codesOf(together)).toContain('tail-correlation');
    expect(together.state.tail.factor).toBeLessThan(0.5);
    expect(wantedOf(together).quotes[0]?.size).toBeLessThan(0.0005);
    const free = run(1);
    expect(free.state.tail.factor).toBe(1);
  });

  it('says what halts it, and quotes nothing then (C4)', () => {
    const profit = { sessionUsd: usd(-60), dayUsd: usd(0), belowPeakUsd: usd(0) };
    const halted = decided({ profit }, { sessionStopLossUsd: 50 });
    expect(halted).toMatchObject({ kind: 'halt', order: { cause: 'session-stop-loss' } });
    expect(sidesOf(halted)).toEqual([]);
    expect(decided({}, { sessionStopLossUsd: 50 }).kind).toBe('quote');
  });
});
