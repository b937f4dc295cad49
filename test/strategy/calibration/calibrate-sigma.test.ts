import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import { seededRandom } from '#shared/math/random.ts';
import { calibrateSigma, type SigmaFit } from '#shared/strategy/calibration/calibrate-sigma.ts';

function fitted(fit: SigmaFit): Extract<SigmaFit, { kind: 'fitted' }> {
  if (fit.kind === 'thin') throw new Error(fit.why);
  return fit;
}

describe('volatility with confidence', () => {
  it.each([
    [10, 3.24697, 20.48318],
    [30, 16.79077, 46.97924],
    [100, 74.22193, 129.5612],
  ])(
    'has the chi-square interval of %i returns within 1 %% of the tabulated one (A10)',
    (returns, low, high) => {
      const { sigma, interval } = fitted(
        calibrateSigma({ sumOfSquares: returns, seconds: returns, returns }),
      );
      expect(sigma).toBe(1);
      expect(interval.low / Math.sqrt(returns / high)).toBeCloseTo(1, 2);
      expect(interval.high / Math.sqrt(returns / low)).toBeCloseTo(1, 2);
    },
  );

  it('holds the true volatility in at least 92 % and at most 98 % of 1,000 samples of 20 (A10)', () => {
    const random = seededRandom('sigma');
    let holds = 0;
    for (let sample = 0; sample < 1000; sample += 1) {
      let sumOfSquares = 0;
      for (let index = 0; index < 20; index += 1)
        sumOfSquares += (3 * Math.sqrt(4) * random.normal()) ** 2;
      const { interval } = fitted(calibrateSigma({ sumOfSquares, seconds: 80, returns: 20 }));
      if (interval.low <= 3 && 3 <= interval.high) holds += 1;
    }
    expect(holds).toBeGreaterThanOrEqual(920);
    expect(holds).toBeLessThanOrEqual(980);
  });

  it('is per square root of a second, and in the unit of the returns (A10)', () => {
    expect(fitted(calibrateSigma({ sumOfSquares: 900, seconds: 100, returns: 50 })).sigma).toBe(3);
    expect(
      fitted(calibrateSigma({ sumOfSquares: 900e6, seconds: 100, returns: 50 })).interval.low,
    ).toBeCloseTo(
      1000 * fitted(calibrateSigma({ sumOfSquares: 900, seconds: 100, returns: 50 })).interval.low,
      9,
    );
    expect(calibrateSigma({ sumOfSquares: 0, seconds: 100, returns: 50 })).toEqual({
      kind: 'fitted',
      sigma: 0,
      interval: { low: 0, high: 0 },
    });
  });

  it('says that fewer than ten returns are thin (A10)', () => {
    expect(calibrateSigma({ sumOfSquares: 1, seconds: 9, returns: 9.9 })).toEqual({
      kind: 'thin',
      why: '9.9 returns, at least 10 are needed',
    });
    expect(calibrateSigma({ sumOfSquares: 0, seconds: 1, returns: 0 }).kind).toBe('thin');
  });

  it.each([
    { sumOfSquares: -1 },
    { sumOfSquares: NaN },
    { seconds: 0 },
    { returns: NaN },
    { returns: -1 },
  ])('names what cannot be: %o (A10)', (wrong) => {
    const call = (): SigmaFit =>
      calibrateSigma({ sumOfSquares: 1, seconds: 1, returns: 20, ...wrong });
    expect(call).toThrow(InvariantError);
    expect(call).toThrow(new RegExp(`^${Object.keys(wrong).join()} must`));
  });
});
