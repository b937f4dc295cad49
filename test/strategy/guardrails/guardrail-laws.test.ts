import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import { reason } from '#shared/domain/reason.ts';
import { usd } from '#shared/domain/units.ts';
import type { Guardrail } from '#shared/strategy/guardrails/guardrail.ts';
import { oneSidedNearCap, withinRoom } from '#shared/strategy/guardrails/inventory-cap.ts';
import { dailyLossLimit, sessionStopLoss } from '#shared/strategy/guardrails/loss-limits.ts';
import { marketSpread } from '#shared/strategy/guardrails/market-spread.ts';
import { quietWindows } from '#shared/strategy/guardrails/quiet-windows.ts';
import { staleBook } from '#shared/strategy/guardrails/stale-book.ts';
import { tailRisk } from '#shared/strategy/guardrails/tail-risk.ts';
import { volatilityBreaker } from '#shared/strategy/guardrails/volatility-breaker.ts';
import { type Draft, draftOf } from '#shared/strategy/quotes/draft.ts';
import { between, maybe } from '#test/builders/arbitrary/arbitrary-numbers.ts';
import { after } from '#test/builders/market.ts';
import { codesOf } from '../decisions.ts';
import { aContext, aDraft, rounded } from './drafts.ts';

const ALL = {
  staleBook,
  marketSpread,
  quietWindows,
  sessionStopLoss,
  dailyLossLimit,
  volatilityBreaker,
  tailRisk,
  oneSidedNearCap,
};

const contexts = fc
  .record({
    ageMs: between(-5000, 5000),
    capUsd: between(1, 2000),
    inventoryUsd: between(-3000, 3000),
    hourlyVolatility: maybe(between(0, 0.3)),
    sessionUsd: between(-200, 200),
    dayUsd: between(-200, 200),
    belowPeakUsd: between(0, 200),
    factor: between(0.01, 1),
    pausedBySpread: fc.boolean(),
    action: fc.constantFrom('widen' as const, 'stop' as const),
    quiet: fc.boolean(),
    limits: fc.boolean(),
  })
  .map((drawn) =>
    aContext(
      {
        now: after(drawn.ageMs),
        capUsd: drawn.capUsd,
        inventoryUsd: drawn.inventoryUsd,
        hourlyVolatility: drawn.hourlyVolatility,
        profit: {
          sessionUsd: usd(drawn.sessionUsd),
          dayUsd: usd(drawn.dayUsd),
          belowPeakUsd: usd(drawn.belowPeakUsd),
        },
        tail: { factor: drawn.factor, reasons: [reason('tail-correlation', '')] },
        pausedBySpread: drawn.pausedBySpread,
      },
      {
        volBreakerAction: drawn.action,
        quietWindows: drawn.quiet ? ['06:00-07:00'] : [],
        ...(drawn.limits ? { sessionStopLossUsd: 100, capitalUsd: 5000 } : {}),
      },
    ),
  );
const drafts = fc
  .array(
    fc.record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      level: fc.nat(9),
      awayBps: between(0.1, 100),
      size: between(1e-6, 0.02),
    }),
    { maxLength: 8 },
  )
  .map((quotes) =>
    draftOf(
      quotes.map(({ side, level, awayBps, size }) => ({
        side,
        level,
        size,
        price: 100_000 * (1 + ((side === 'buy' ? -1 : 1) * awayBps) / 1e4),
      })),
      [],
    ),
  );

/**
 * No quote that was not there, none larger, none nearer to the market; a halt is never taken back.
 */
function expectNoRisk(before: Draft, guarded: Draft): void {
  const left = [...before.quotes];
  for (const quote of guarded.quotes) {
    const index = left.findIndex(
      (one) =>
        one.side === quote.side &&
        one.level === quote.level &&
        quote.size <= one.size &&
        (quote.side === 'buy' ? quote.price <= one.price : quote.price >= one.price),
    );
    expect(index).toBeGreaterThanOrEqual(0);
    left.splice(index, 1);
  }
  if (before.halt !== undefined) expect(guarded.halt).toBe(before.halt);
  if (guarded.quotes.length < before.quotes.length)
    expect(guarded.reasons.length).toBeGreaterThan(before.reasons.length);
}

describe('every guardrail', () => {
  it.each(Object.entries(ALL))(
    '%s can only remove, shrink, widen or halt, and says so (C1, C2, C4, C5, C6, C7, C8, C11)',
    (_, guardrail) => {
      let changed = 0;
      fc.assert(
        fc.property(drafts, contexts, (draft, context) => {
          const guarded = guardrail(draft, context);
          expectNoRisk(draft, guarded);
          if (guarded !== draft) changed += 1;
        }),
        { numRuns: 300 },
      );
      expect(changed).toBeGreaterThan(0);
    },
  );

  it('comes to the same quotes in any order (C1, C2, C4, C5, C6, C8, C11)', () => {
    const rules: readonly Guardrail<keyof Parameters>[] = Object.values(ALL);
    fc.assert(
      fc.property(
        drafts,
        contexts,
        fc.shuffledSubarray([...rules], { minLength: rules.length }),
        (draft, context, shuffled) => {
          const inOrder = rules.reduce((sum, rule) => rule(sum, context), draft);
          const other = shuffled.reduce((sum, rule) => rule(sum, context), draft);
          expect(other.quotes).toEqual(inOrder.quotes);
          expect(other.halt === undefined).toBe(inOrder.halt === undefined);
          expect([...codesOf(other)].sort()).toEqual([...codesOf(inOrder)].sort());
        },
      ),
    );
  });

  it.each(Object.entries(ALL))(
    '%s leaves a draft alone that nothing is wrong with',
    (_, guardrail) => {
      const draft = aDraft();
      expect(guardrail(draft, aContext())).toBe(draft);
    },
  );
});

describe('withinRoom', () => {
  it('can only remove or shrink what is rounded, keeps every side within the room, and says so (C1, A7)', () => {
    let changed = 0;
    fc.assert(
      fc.property(drafts, contexts, (drafted, context) => {
        const draft = rounded(drafted);
        const fitting = withinRoom(draft, context);
        expectNoRisk(draft, fitting);
        if (fitting !== draft) changed += 1;
        const worth = (side: 'buy' | 'sell'): number =>
          fitting.quotes
            .filter((quote) => quote.side === side)
            .reduce((sum, quote) => sum + quote.size * Math.max(100_000, quote.price), 0);
        expect(context.inventoryUsd + worth('buy')).toBeLessThanOrEqual(
          Math.max(context.capUsd, context.inventoryUsd) + 1e-6,
        );
        expect(worth('sell') - context.inventoryUsd).toBeLessThanOrEqual(
          Math.max(context.capUsd, -context.inventoryUsd) + 1e-6,
        );
      }),
      { numRuns: 300 },
    );
    expect(changed).toBeGreaterThan(0);
  });

  it('leaves a draft alone that has room', () => {
    const draft = rounded(aDraft());
    expect(withinRoom(draft, aContext())).toBe(draft);
  });
});
