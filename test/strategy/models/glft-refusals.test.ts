import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import {
  glft,
  glftCoefficients,
  type GlftInput,
  type GlftOffsets,
} from '#shared/strategy/models/glft.ts';
import { FORMS, MARKET } from './glft-markets.ts';

describe('GLFT, what it refuses', () => {
  it.each(FORMS)('names what is not a number or not allowed: %s (A5)', (form) => {
    const input: GlftInput = { ...MARKET, inventory: 0, form };
    for (const name of ['inventory', 'sigma', 'gamma', 'k', 'arrivalRate', 'maxInventory', 'drift'])
      expect(() => glft({ ...input, [name]: NaN })).toThrow(new RegExp(`^${name} must be`));
    for (const wrong of [
      { sigma: -1 },
      { gamma: -1 },
      { k: 0 },
      { arrivalRate: 0 },
      { maxInventory: 0.5 },
      { k: 1e-320 },
    ])
      expect(() => glft({ ...input, ...wrong })).toThrow(InvariantError);
  });

  it('refuses to solve for more than a thousand units, or for figures beyond a double (A5)', () => {
    const exact = (over: Partial<GlftInput>): GlftOffsets =>
      glft({ ...MARKET, inventory: 0, form: 'exact', ...over });
    expect(() => exact({ sigma: 1e300 })).toThrow(InvariantError);
    expect(() => exact({ maxInventory: 1001 })).toThrow(/^maxInventory must be at most 1000/);
    expect(exact({ maxInventory: 1e6, form: 'closed' }).bidOffset).toBeGreaterThan(0);
    expect(exact({ maxInventory: 1000 }).bidOffset).toBeCloseTo(
      exact({ maxInventory: 100 }).bidOffset ?? 0,
      9,
    );
  });

  it.each([{ gamma: -1 }, { xi: -1 }, { delta: 0 }, { k: 0 }, { arrivalRate: 0 }])(
    'refuses coefficients for %o (A5)',
    (wrong) => {
      const name = Object.keys(wrong).join();
      expect(() =>
        glftCoefficients({ gamma: 0.1, xi: 0.1, delta: 1, k: 1, arrivalRate: 1, ...wrong }),
      ).toThrow(new RegExp(`^${name} must`));
    },
  );

  it('refuses coefficients beyond a double (A5)', () => {
    const input = { gamma: 0.1, xi: 0, delta: 1, k: 1, arrivalRate: 1 };
    expect(() => glftCoefficients({ ...input, gamma: 0, k: 1e-320 })).toThrow(/^c1 must/);
    expect(() => glftCoefficients({ ...input, gamma: 1e300, arrivalRate: 1e-100 })).toThrow(
      /^c2 must/,
    );
  });
});
