import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inventoryCapUsd } from '#shared/domain/books/inventory-cap.ts';
import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import { hedgeThresholdUsd } from '#shared/hedging/hedge-plan.ts';
import { idleLimits } from '#shared/schema/parameters/idle-limits.ts';
import { parseParameters } from '#shared/schema/parameters/parameters.ts';
import { describeProblems } from '#shared/domain/parameters/parameter-reading.ts';

type Written = Readonly<Record<string, unknown>>;

function valuesOf(written: Written): Parameters {
  const parsed = parseParameters([written]);
  if (parsed.kind === 'refused') throw new Error(describeProblems(parsed).join('; '));
  return parsed.values;
}

const said = (written: Written): readonly string[] =>
  idleLimits(valuesOf(written), new Set(Object.keys(written)));

const THRESHOLDS = ['hedgeThresholdRatio', 'hedgeThresholdUsd', 'hedgeThresholdQuotes'] as const;

describe('a limit that can never act', () => {
  it.each<[Written, string]>([
    [
      { hedgeThresholdUsd: 5000 },
      'hedgeThresholdUsd, 5000 USD, never acts: no quote takes the position above the cap of 1000 USD',
    ],
    [
      { hedgeThresholdUsd: 900 },
      'hedgeThresholdUsd, 900 USD, never acts: hedgeThresholdRatio, 800 USD, is lower',
    ],
    [
      { hedgeThresholdQuotes: 20 },
      'hedgeThresholdQuotes, 2000 USD, never acts: no quote takes the position above the cap of 1000 USD',
    ],
    [
      { hedgeThresholdRatio: 1 },
      'hedgeThresholdRatio, 1000 USD, never acts: no quote takes the position above the cap of 1000 USD',
    ],
    [
      { hedgeThresholdUsd: 500, capitalUsd: 2000 },
      'hedgeThresholdUsd, 500 USD, never acts: no quote takes the position above the cap of 400 USD',
    ],
    [
      { dailyLossLimitPct: 2 },
      'dailyLossLimitPct never acts: capitalUsd, which it is a share of, is not set',
    ],
    [
      { maxDirectionalPct: 10 },
      'maxDirectionalPct never acts: capitalUsd, which it is a share of, is not set',
    ],
    [
      { capitalUsd: 2000, maxInventoryUsd: 1000 },
      'maxInventoryUsd, 1000 USD, never acts: maxDirectionalPct, 400 USD, is lower',
    ],
    [
      { capitalUsd: 1000, sessionStopLossUsd: 50 },
      'sessionStopLossUsd, 50 USD, never acts: dailyLossLimitPct, 30 USD, is lower and counts from the peak',
    ],
    [
      { volBreakerAction: 'stop', volCapPctPerHour: 6 },
      'volCapPctPerHour is 6 and never acts: volBreakerPctPerHour, 5, stops quoting before',
    ],
  ])('%j is said', (written, line) => {
    expect(said(written)).toEqual([line]);
  });

  it.each<[Written]>([
    [{}],
    [{ hedgeThresholdUsd: 500 }],
    [{ capitalUsd: 10_000, sessionStopLossUsd: 50 }],
    [{ capitalUsd: 2000, dailyLossLimitPct: 2 }],
    [{ volCapPctPerHour: 6 }],
  ])('%j is not', (written) => {
    expect(said(written)).toEqual([]);
  });

  it('is exactly a threshold without which hedges happen at the same positions', () => {
    const written = fc.record(
      {
        maxInventoryUsd: fc.integer({ min: 100, max: 5000 }),
        capitalUsd: fc.integer({ min: 1000, max: 20_000 }),
        hedgeThresholdRatio: fc.constantFrom(0.1, 0.5, 0.8, 1),
        hedgeThresholdUsd: fc.integer({ min: 1, max: 5000 }),
        hedgeThresholdQuotes: fc.constantFrom(0.5, 3, 20, 100),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(written, (names) => {
        const values = valuesOf({ ...names, quoteSizeUsd: 50 });
        const [acting, cap] = [hedgeThresholdUsd(values), inventoryCapUsd(values)];
        const lines = idleLimits(values, new Set(Object.keys(names)));
        for (const name of THRESHOLDS.filter((each) => each in names)) {
          const usd = {
            hedgeThresholdRatio: values.hedgeThresholdRatio * cap,
            hedgeThresholdUsd: values.hedgeThresholdUsd ?? 0,
            hedgeThresholdQuotes: (values.hedgeThresholdQuotes ?? 0) * values.quoteSizeUsd,
          }[name];
          const isIdle = usd > acting || usd >= cap;
          expect(lines.some((line) => line.startsWith(name))).toBe(isIdle);
        }
      }),
    );
  });
});
