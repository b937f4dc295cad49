import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { done, failed } from '#shared/domain/failure.ts';
import { isOnGrid } from '#shared/domain/order/grid.ts';
import { usd } from '#shared/domain/units.ts';
import type { MarketView } from '#shared/domain/venue/view.ts';
import { recallBrain, rememberBrain } from '#shared/strategy/brain-memory.ts';
import type { BrainState } from '#shared/strategy/brain-state.ts';
import { decide } from '#shared/strategy/decide.ts';
import {
  type Decision,
  type DecisionWithBook,
  delayUpToMsOf,
  figuresOf,
  wantedOf,
} from '#shared/strategy/decision.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';
import { aBrain, after } from '#test/builders/market.ts';
import { CAP, decideOn, parametersAt, scenes, settings, viewOf } from './scenes.ts';

const withBook = (decision: Decision): DecisionWithBook => {
  if (!('stages' in decision)) throw new Error('there was no book');
  return decision;
};

const brainFor = (view: MarketView): BrainState => ({
  ...aBrain,
  last: { at: after(-3000), mid: view.book.ok ? view.book.value.bids[0].price : 1 },
});

const laterBook = (view: MarketView): MarketView['book'] =>
  view.book.ok ? done({ ...view.book.value, at: after(3000) }) : view.book;

describe('every decision, whatever the model, the market and the parameters', () => {
  it('quotes on tick and lot, never across the book or itself, within minimum and room, finitely, and gives a reason for every silence (A7, A16, C1, C7)', () => {
    fc.assert(
      fc.property(scenes, settings, (scene, over) => {
        const decision = decideOn(scene, over);
        const { spec } = viewOf(scene);
        const [bestBid, bestAsk] = [100 - scene.halfWidth, 100 + scene.halfWidth];
        const worth = { buy: 0, sell: 0 };
        for (const { side, price: at, size: amount } of wantedOf(decision).quotes) {
          expect(isOnGrid(spec.tick, at)).toBe(true);
          expect(isOnGrid(spec.lot, amount)).toBe(true);
          expect(amount * at).toBeGreaterThanOrEqual(spec.minNotionalUsd);
          if (side === 'buy') expect(at).toBeLessThan(bestAsk);
          else expect(at).toBeGreaterThan(bestBid);
          worth[side] += amount * Math.max(at, 100);
        }
        const cap = figuresOf(decision)?.capUsd ?? 0;
        expect(cap).toBeLessThanOrEqual(Math.min(CAP, ((over.capitalUsd ?? Infinity) * 20) / 100));
        const held = scene.inventoryRatio * CAP;
        expect(worth.buy).toBeLessThanOrEqual(Math.max(0, cap - held) + 1e-6);
        expect(worth.sell).toBeLessThanOrEqual(Math.max(0, cap + held) + 1e-6);
        const bids = wantedOf(decision)
          .quotes.filter(({ side }) => side === 'buy')
          .map((quote) => quote.price);
        const asks = wantedOf(decision)
          .quotes.filter(({ side }) => side === 'sell')
          .map((quote) => quote.price);
        if (bids.length > 0 && asks.length > 0)
          expect(Math.max(...bids)).toBeLessThan(Math.min(...asks));
        if (bids.length === 0 || asks.length === 0)
          expect(decision.reasons.length).toBeGreaterThan(0);
        expect(JSON.stringify(decision)).not.toMatch(/NaN|Infinity|null/);
      }),
      { numRuns: 1500 },
    );
  });

  it('is to quote exactly when something should rest, to halt whenever a loss limit is passed, and has figures exactly when there was a book (C4)', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(
        scenes,
        settings,
        fc.boolean(),
        fc.integer({ min: -100, max: 100 }),
        (scene, over, isBlind, sessionUsd) => {
          const seen = viewOf(scene);
          const decision = decide(
            {
              ...seen,
              ...(isBlind ? { book: failed('the book is empty') } : {}),
              profit: { ...seen.profit, sessionUsd: usd(sessionUsd) },
            },
            aBrain,
            parametersAt({ ...over, sessionStopLossUsd: 50 }),
          );
          kinds.add(decision.kind);
          const { quotes } = wantedOf(decision);
          expect(decision.kind === 'quote').toBe(quotes.length > 0);
          expect(decision.kind === 'halt').toBe(!isBlind && sessionUsd <= -50);
          expect(figuresOf(decision) === undefined).toBe(isBlind);
          expect(decision.state.quoted === undefined).toBe(quotes.length === 0);
          if (decision.kind !== 'quote') expect(decision.reasons.length).toBeGreaterThan(0);
          if (decision.kind === 'halt' || isBlind) expect(delayUpToMsOf(decision)).toBe(0);
        },
      ),
    );
    expect([...kinds].sort()).toEqual(['halt', 'quote', 'stand-aside']);
  });

  it('rounds no quote nearer to the market than the stage before rounding wanted it (A16)', () => {
    fc.assert(
      fc.property(scenes, settings, (scene, over) => {
        const decision = decideOn(scene, over);
        for (const { side, level, price: at } of wantedOf(decision).quotes) {
          const before = withBook(decision).stages.guarded.quotes.find(
            (quote) => quote.side === side && quote.level === level,
          );
          if (before === undefined) throw new Error('a quote out of nowhere');
          if (side === 'buy') expect(at).toBeLessThanOrEqual(before.price * (1 + 1e-9));
          else expect(at).toBeGreaterThanOrEqual(before.price * (1 - 1e-9));
        }
      }),
    );
  });

  it('guards by taking away: sides and levels are among the drafted, sizes no larger, prices no nearer to the fair value (C1, C6)', () => {
    fc.assert(
      fc.property(scenes, settings, (scene, over) => {
        const { stages } = withBook(decideOn(scene, over));
        for (const quote of stages.guarded.quotes) {
          const drafted = stages.drafted.quotes.find(
            ({ side, level }) => side === quote.side && level === quote.level,
          );
          if (drafted === undefined) throw new Error('a quote that was not drafted');
          expect(quote.size).toBeLessThanOrEqual(drafted.size);
          if (quote.side === 'buy') expect(quote.price).toBeLessThanOrEqual(drafted.price);
          else expect(quote.price).toBeGreaterThanOrEqual(drafted.price);
        }
      }),
    );
  });

  it('is the same in bps at a thousand times the price (scale invariance)', () => {
    fc.assert(
      fc.property(scenes, settings, (scene, over) => {
        const [small, large] = [
          figuresOf(decideOn(scene, over)),
          figuresOf(decideOn(scene, over, 1000)),
        ];
        for (const name of [
          'spreadBps',
          'skewBps',
          'flowShiftBps',
          'capUsd',
          'targetRatio',
        ] as const)
          expect(large?.[name]).toBeCloseTo(Number(small?.[name]), 6);
        expect(Number(large?.fairValue) / 1000).toBeCloseTo(Number(small?.fairValue), 6);
      }),
    );
  });

  it('treats long and short alike: the mirrored market gets the mirrored shifts and the same spread (A8, A11)', () => {
    fc.assert(
      fc.property(scenes, settings, (scene, over) => {
        const [one, other] = [
          figuresOf(decideOn(scene, over)),
          figuresOf(decideOn(scene, over, 1, true)),
        ];
        expect(other?.spreadBps).toBeCloseTo(Number(one?.spreadBps), 6);
        expect(other?.skewBps).toBeCloseTo(-Number(one?.skewBps), 6);
        expect(other?.flowShiftBps).toBeCloseTo(-Number(one?.flowShiftBps), 6);
        expect(Number(other?.fairValue) - 100).toBeCloseTo(100 - Number(one?.fairValue), 9);
      }),
    );
  });

  it('moves quotes down the more is held, whatever the model (A4, A5, A8)', () => {
    fc.assert(
      fc.property(scenes, settings, between(0, 0.9), between(0, 0.9), (scene, over, one, other) => {
        const at = (inventoryRatio: number): number =>
          Number(
            figuresOf(decideOn({ ...scene, inventoryRatio, tilt: 0 }, { ...over, fillDecay: 0.5 }))
              ?.skewBps,
          );
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        // additive's lean is a share of a spread that inventory widens, so that it never shrinks
        // either.
        expect(at(more)).toBeLessThanOrEqual(at(less) + 1e-9);
        expect(at(0)).toBeCloseTo(0, 9);
      }),
    );
  });

  it('moves the target by a funding tilt, within its ratio, and never the cap (A15)', () => {
    fc.assert(
      fc.property(scenes, settings, (scene, over) => {
        const [level, tilted] = [
          figuresOf(decideOn({ ...scene, tilt: 0 }, over)),
          figuresOf(decideOn(scene, over)),
        ];
        expect(level?.targetRatio).toBe(0);
        expect(tilted?.targetRatio).toBeCloseTo(Math.max(-0.2, Math.min(0.2, scene.tilt)), 12);
        expect(tilted?.capUsd).toBe(level?.capUsd);
      }),
    );
  });

  it('widens with volatility and with fees, never the other way (A3, A10)', () => {
    fc.assert(
      fc.property(
        scenes,
        settings,
        between(0, 0.2),
        between(0, 0.2),
        between(-3, 6),
        between(-3, 6),
        (scene, over, v1, v2, f1, f2) => {
          fc.pre(over.spreadModel !== 'glft' && over.spreadModel !== 'avellaneda-stoikov');
          const at = (volatility: number, makerBps: number): number =>
            Number(figuresOf(decideOn({ ...scene, volatility, makerBps }, over))?.spreadBps);
          expect(at(Math.max(v1, v2), Math.max(f1, f2))).toBeGreaterThanOrEqual(
            at(Math.min(v1, v2), Math.min(f1, f2)) - 1e-9,
          );
        },
      ),
    );
  });

  it('is the same decision every time, also with the brain as it was saved and loaded', () => {
    fc.assert(
      fc.property(scenes, settings, (scene, over) => {
        const view = viewOf(scene);
        const first = decide(view, brainFor(view), parametersAt(over));
        expect(
          decide(structuredClone(view), structuredClone(brainFor(view)), parametersAt(over)),
        ).toEqual(first);
        const later = { ...view, now: after(3000), book: laterBook(view) };
        const kept = decide(later, first.state, parametersAt(over));
        const loaded = decide(later, recallBrain(rememberBrain(first.state)), parametersAt(over));
        expect(loaded).toEqual(kept);
      }),
    );
  });
});
