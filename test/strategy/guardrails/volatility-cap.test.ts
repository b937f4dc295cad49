import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capByVolatility } from '#shared/strategy/guardrails/tail-risk/volatility-cap.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';

describe('volatility cap', () => {
  it('lowers the cap above the trigger so that the risk at full inventory stays the same, down to its floor (C8)', () => {
    expect(capByVolatility(1000, 0.02, 0.02, 0.25)).toEqual({ capUsd: 1000, reason: undefined });
    expect(capByVolatility(1000, 0.04, 0.02, 0.25)).toEqual({
      capUsd: 500,
      reason: {
        code: 'volatility-cap',
        text: '4.00 % an hour, above 2.00 %: inventory capped at 500.00 USD',
      },
    });
    expect(capByVolatility(1000, 1, 0.02, 0.25).capUsd).toBe(250);
  });

  it('never raises the cap, and never by more volatility (C8)', () => {
    const volatility = between(0, 1e6);
    fc.assert(
      fc.property(volatility, between(1, 100), between(0, 1e9), (hourly, times, capUsd) => {
        const capped = capByVolatility(capUsd, hourly, 0.03, 0.1).capUsd;
        expect(capped).toBeLessThanOrEqual(capUsd);
        expect(capped).toBeGreaterThanOrEqual(capUsd * 0.1);
        expect(capByVolatility(capUsd, hourly * times, 0.03, 0.1).capUsd).toBeLessThanOrEqual(
          capped,
        );
      }),
    );
    expect(() => capByVolatility(1000, Number.NaN, 0.02, 0.25)).toThrow('hourlyVolatility');
  });
});
