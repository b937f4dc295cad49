import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Parameters as ParametersInForce } from '#shared/domain/parameters.ts';
import { reason } from '#shared/domain/reason.ts';
import { epochMs, usd } from '#shared/domain/units.ts';
import { type Draft, draftOf } from '#shared/strategy/quotes/draft.ts';
import type { Guardrail, GuardrailContext } from '#shared/strategy/guardrails/guardrail.ts';
import {
  capInForce,
  oneSidedNearCap,
  withinRoom,
} from '#shared/strategy/guardrails/inventory-cap.ts';
import { dailyLossLimit, sessionStopLoss } from '#shared/strategy/guardrails/loss-limits.ts';
import { marketSpread } from '#shared/strategy/guardrails/market-spread.ts';
import { quietWindows } from '#shared/strategy/guardrails/quiet-windows.ts';
import { staleBook } from '#shared/strategy/guardrails/stale-book.ts';
import { roundPrices, type RoundedDraft } from '#shared/strategy/quotes/round-quotes.ts';
import { keepReducing } from '#shared/strategy/quotes/keep-reducing.ts';
import { tailRisk } from '#shared/strategy/guardrails/tail-risk.ts';
import { volatilityBreaker } from '#shared/strategy/guardrails/volatility-breaker.ts';
import { aBook, aSpec, parameters, START } from '#test/builders/market.ts';

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

type WholeContext = GuardrailContext<keyof ParametersInForce>;

const aContext = (
  over: Partial<WholeContext> = {},
  attributes: Parameters<typeof parameters>[0] = {},
): WholeContext => ({
  now: START,
  book: aBook(99_999, 100_001),
  parameters: parameters(attributes).values,
  capUsd: 1000,
  inventoryUsd: 0,
  fairValue: 100_000,
  hourlyVolatility: 0.01,
  profit: { sessionUsd: usd(0), dayUsd: usd(0), belowPeakUsd: usd(0) },
  tail: { factor: 1, reasons: [] },
  pausedBySpread: false,
  ...over,
});

const aDraft = (): Draft =>
  draftOf(
    [
      { side: 'buy', level: 0, price: 99_950, size: 0.001 },
      { side: 'sell', level: 0, price: 100_050, size: 0.001 },
      { side: 'buy', level: 1, price: 99_850, size: 0.002 },
      { side: 'sell', level: 1, price: 100_150, size: 0.002 },
    ],
    [reason('drafted', 'as it was drafted')],
  );

const rounded = (draft: Draft): RoundedDraft =>
  roundPrices(draft, aSpec({ tick: 1 }), aBook(99_999, 100_001));

const codesOf = (draft: Draft): readonly string[] => draft.reasons.map(({ code }) => code);

const between = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true });
const contexts = fc
  .record({
    ageMs: between(-5000, 5000),
    capUsd: between(1, 2000),
    inventoryUsd: between(-3000, 3000),
    hourlyVolatility: fc.option(between(0, 0.3), { nil: undefined }),
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
        now: epochMs(START + drawn.ageMs),
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
function expectNoRisk(before: Draft, after: Draft): void {
  const left = [...before.quotes];
  for (const quote of after.quotes) {
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
  if (before.halt !== undefined) expect(after.halt).toBe(before.halt);
  if (after.quotes.length < before.quotes.length)
    expect(after.reasons.length).toBeGreaterThan(before.reasons.length);
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
    const rules: readonly Guardrail<keyof ParametersInForce>[] = Object.values(ALL);
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

describe('the loss limits', () => {
  const after = (
    profit: Partial<GuardrailContext['profit']>,
    attributes: Parameters<typeof parameters>[0],
  ): Draft =>
    [sessionStopLoss, dailyLossLimit].reduce(
      (draft, rule) =>
        rule(
          draft,
          aContext(
            { profit: { sessionUsd: usd(0), dayUsd: usd(0), belowPeakUsd: usd(0), ...profit } },
            attributes,
          ),
        ),
      aDraft(),
    );

  it('halt at the session stop and not a cent before it (C4)', () => {
    expect(after({ sessionUsd: usd(-49.99) }, { sessionStopLossUsd: 50 }).halt).toBeUndefined();
    const halted = after({ sessionUsd: usd(-50) }, { sessionStopLossUsd: 50 });
    expect(halted.halt).toEqual({
      cause: 'session-stop-loss',
      text: 'the session lost 50.00 USD, allowed are 50.00 USD',
    });
    expect(halted.quotes).toEqual([]);
    expect(codesOf(halted)).toEqual(['drafted', 'session-stop-loss']);
    expect(after({ sessionUsd: usd(-1e9) }, {}).halt).toBeUndefined();
  });

  it('halt at 3 % of the capital, lost today or from the peak, and only where capital is set (C5)', () => {
    const capital = { capitalUsd: 10_000 };
    expect(
      after({ dayUsd: usd(-299.99), belowPeakUsd: usd(299.99) }, capital).halt,
    ).toBeUndefined();
    expect(after({ dayUsd: usd(-300) }, capital).halt).toEqual({
      cause: 'daily-loss-limit',
      text: 'lost 300.00 USD today, allowed are 300.00 USD, 3 % of the capital',
    });
    expect(after({ dayUsd: usd(-10), belowPeakUsd: usd(301) }, capital).halt?.text).toContain(
      'lost 301.00 USD from the peak',
    );
    expect(after({ dayUsd: usd(-1e9) }, {}).halt).toBeUndefined();
  });

  it('keep the words of the limit that was passed first', () => {
    const both = after(
      { sessionUsd: usd(-60), dayUsd: usd(-400) },
      { sessionStopLossUsd: 50, capitalUsd: 10_000 },
    );
    expect(both.halt?.cause).toBe('session-stop-loss');
    expect(codesOf(both)).toEqual(['drafted', 'session-stop-loss', 'daily-loss-limit']);
  });
});

describe('the volatility breaker', () => {
  it('widens to 50 bps around the fair value above 5 % an hour, leaving what is wider (C6)', () => {
    const at = (hourlyVolatility: number | undefined): Draft =>
      volatilityBreaker(aDraft(), aContext({ hourlyVolatility }));
    expect(at(0.05)).toEqual(aDraft());
    expect(at(undefined)).toEqual(aDraft());
    const widened = at(0.0501);
    expect(widened.quotes.map(({ price }) => Math.round(price * 1e6) / 1e6)).toEqual([
      99_750, 100_250, 99_750, 100_250,
    ]);
    const far = volatilityBreaker(
      draftOf([{ side: 'buy', level: 0, price: 99_000, size: 1 }], []),
      aContext({ hourlyVolatility: 0.06 }),
    );
    expect(far.quotes[0]?.price).toBe(99_000);
    expect(codesOf(widened)).toContain('volatility-breaker');
  });

  it('stops where the parameter says so (C6)', () => {
    const stopped = volatilityBreaker(
      aDraft(),
      aContext({ hourlyVolatility: 0.06 }, { volBreakerAction: 'stop' }),
    );
    expect(stopped.quotes).toEqual([]);
    expect(stopped.halt).toBeUndefined();
    expect(codesOf(stopped)).toContain('volatility-breaker');
  });
});

describe('the caps', () => {
  it('are the hard one, at most the share of the capital, and less while volatility is high, to a fifth at the least (C1, C7, C8)', () => {
    const cap = (
      hourly: number | undefined,
      attributes: Parameters<typeof parameters>[0] = {},
    ): number => capInForce(parameters(attributes).values, hourly).capUsd;
    expect(cap(undefined)).toBe(1000);
    expect(cap(0.02)).toBe(1000);
    expect(cap(0.04)).toBeCloseTo(500, 9);
    expect(cap(0.5)).toBeCloseTo(200, 9);
    expect(cap(0.01, { capitalUsd: 4000 })).toBe(800);
    expect(cap(0.01, { capitalUsd: 6000 })).toBe(1000);
    expect(cap(0.01, { capitalUsd: 4000, maxDirectionalPct: 10 })).toBe(400);
    expect(capInForce(parameters().values, 0.04).reason?.code).toBe('volatility-cap');
  });

  it('share the room out from the nearest level on (A7, C1)', () => {
    const draft = withinRoom(rounded(aDraft()), aContext({ inventoryUsd: 850 }));
    expect(draft.quotes.map(({ side, level }) => `${side} ${level}`)).toEqual([
      'buy 0',
      'sell 0',
      'buy 1',
      'sell 1',
    ]);
    expect(draft.quotes[2]?.size).toBeCloseTo(50 / 100_000, 12);
    expect(
      withinRoom(rounded(aDraft()), aContext({ inventoryUsd: 1100 })).quotes.map(
        ({ side }) => side,
      ),
    ).toEqual(['sell', 'sell']);
  });

  it('leave the reducing side from 90 % on, of the cap in force (C1)', () => {
    expect(oneSidedNearCap(aDraft(), aContext({ inventoryUsd: 899 })).quotes).toHaveLength(4);
    expect(
      oneSidedNearCap(aDraft(), aContext({ inventoryUsd: 900 })).quotes.every(
        ({ side }) => side === 'sell',
      ),
    ).toBe(true);
    expect(
      oneSidedNearCap(aDraft(), aContext({ inventoryUsd: -450, capUsd: 500 })).quotes.every(
        ({ side }) => side === 'buy',
      ),
    ).toBe(true);
  });
});

describe('tailRisk', () => {
  it('multiplies every size by the factor of the cross-market limiter, with its words (C8)', () => {
    const why = reason('tail-correlation', '5 markets correlate 0.90 on average');
    const shrunk = tailRisk(aDraft(), aContext({ tail: { factor: 0.4, reasons: [why] } }));
    expect(shrunk.quotes.map(({ size }) => size)).toEqual([0.0004, 0.0004, 0.0008, 0.0008]);
    expect(shrunk.reasons.at(-1)).toBe(why);
  });
});

describe('quietWindows', () => {
  it('withdraws everything in a window and says until when (A18)', () => {
    const quiet = quietWindows(aDraft(), aContext({}, { quietWindows: ['06:15-06:45'] }));
    expect(quiet.quotes).toEqual([]);
    expect(quiet.reasons.at(-1)?.text).toBe('a quiet window lasts until 2026-01-05T06:45:00.000Z');
    expect(
      quietWindows(aDraft(), aContext({}, { quietWindows: ['07:15-07:45'] })).quotes,
    ).toHaveLength(4);
    expect(quietWindows(aDraft(), aContext({}, { quietWindows: ['whenever'] })).quotes).toEqual([]);
  });
});

describe('keepReducing', () => {
  const spec = aSpec({ tick: 1, lot: 0.1, minNotional: 25 });
  const near = aContext({ inventoryUsd: -950 });
  const drafted = (size: number): RoundedDraft =>
    rounded(draftOf([{ side: 'buy', level: 0, price: 100, size }], []));
  const sizeIn = ({ quotes }: Draft): number | undefined => quotes[0]?.size;

  it('takes the smallest order that the venue takes, in whole lots, to the last cent (C1)', () => {
    expect(sizeIn(keepReducing(drafted(0.02), near, spec, -9.5))).toBe(0.3);
    // A lot's millionth below its notional is below it.
    expect(
      sizeIn(
        keepReducing(
          drafted(0.02),
          near,
          aSpec({ tick: 1, lot: 0.1, minNotional: 20.000_001 }),
          -9.5,
        ),
      ),
    ).toBe(0.3);
    expect(
      sizeIn(
        keepReducing(drafted(0.02), near, aSpec({ tick: 1, lot: 0.1, minNotional: 20 }), -9.5),
      ),
    ).toBe(0.2);
    expect(
      sizeIn(keepReducing(drafted(0.02), near, aSpec({ tick: 1, lot: 0.1, minNotional: 0 }), -9.5)),
    ).toBe(0.1);
    expect(codesOf(keepReducing(drafted(0.02), near, spec, -9.5))).toEqual(['reducing-kept']);
  });

  it('leaves alone what is large enough, more than the position, not the reducing side, or not near the cap (C1)', () => {
    for (const [draft, context, position] of [
      [drafted(0.3), near, -9.5],
      [drafted(0.02), near, -0.25],
      [drafted(0.02), aContext({ inventoryUsd: 950 }), 9.5],
      [drafted(0.02), aContext({ inventoryUsd: -899 }), -8.99],
      [rounded(draftOf([], [])), near, -9.5],
    ] as const)
      expect(keepReducing(draft, context, spec, position)).toBe(draft);
    const outer = rounded(draftOf([{ side: 'buy', level: 1, price: 100, size: 0.02 }], []));
    expect(keepReducing(outer, near, spec, -9.5)).toBe(outer);
    expect(sizeIn(keepReducing(drafted(0.02), near, spec, -0.3))).toBe(0.3);
  });
});
