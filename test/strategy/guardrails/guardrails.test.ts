import { describe, expect, it } from 'vitest';
import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import { reason } from '#shared/domain/reason.ts';
import { usd } from '#shared/domain/units.ts';
import type { GuardrailContext } from '#shared/strategy/guardrails/guardrail.ts';
import {
  capInForce,
  oneSidedNearCap,
  withinRoom,
} from '#shared/strategy/guardrails/inventory-cap.ts';
import { dailyLossLimit, sessionStopLoss } from '#shared/strategy/guardrails/loss-limits.ts';
import { quietWindows } from '#shared/strategy/guardrails/quiet-windows.ts';
import { tailRisk } from '#shared/strategy/guardrails/tail-risk.ts';
import { volatilityBreaker } from '#shared/strategy/guardrails/volatility-breaker.ts';
import { type Draft, draftOf } from '#shared/strategy/quotes/draft.ts';
import { parameters } from '#test/builders/market.ts';
import { codesOf } from '../decisions.ts';
import { aContext, aDraft, rounded } from './drafts.ts';

describe('the loss limits', () => {
  const after = (
    profit: Partial<GuardrailContext['profit']>,
    attributes: Partial<Parameters>,
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
    const cap = (hourly: number | undefined, attributes: Partial<Parameters> = {}): number =>
      capInForce(parameters(attributes).values, hourly).capUsd;
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
