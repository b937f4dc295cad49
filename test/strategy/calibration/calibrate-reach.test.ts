import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import { seededRandom } from '#shared/math/random.ts';
import {
  calibrateReach,
  NO_REACH,
  observeReach,
} from '#shared/strategy/calibration/calibrate-reach.ts';
import { after, START } from '#test/builders/market.ts';

describe('calibrateReach', () => {
  it('holds the true k and arrival rate in its 95 % intervals in at least 88 % of 200 samples (A4, A5)', () => {
    const [k, rate] = [0.8, 0.05];
    let [kHeld, rateHeld] = [0, 0];
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = seededRandom(seed);
      let state = observeReach(NO_REACH, [0, 0], START, 1e9);
      for (let look = 1; look <= 1500; look += 1) {
        const side = (): number =>
          random.uniform() < rate * 3 * (1 - (rate * 3) / 2)
            ? -Math.log(1 - random.uniform()) / k
            : -1;
        state = observeReach(state, [side(), side()], after(look * 3000), 1e9);
      }
      const fit = calibrateReach(state);
      if (fit.kind === 'thin') throw new Error(fit.why);
      if (fit.kInterval.low <= k && k <= fit.kInterval.high) kHeld += 1;
      const seen = (rate * 3 * (1 - (rate * 3) / 2)) / 3;
      if (fit.arrivalRateInterval.low <= seen && seen <= fit.arrivalRateInterval.high)
        rateHeld += 1;
    }
    expect(kHeld).toBeGreaterThanOrEqual(176);
    expect(rateHeld).toBeGreaterThanOrEqual(176);
  });

  it('says that it knows too little below twenty, forgets by half-lives, and counts a look once (A4, A5)', () => {
    let state = observeReach(NO_REACH, [5, 5], START, 10);
    expect(state).toEqual({ ...NO_REACH, at: START });
    state = observeReach(state, [2, -1], after(1000), 1e9);
    expect(state).toMatchObject({ events: 1, distance: 2, seconds: 2 });
    expect(observeReach(state, [9, 9], after(1000), 1e9)).toBe(state);
    expect(calibrateReach(state)).toMatchObject({ kind: 'thin' });
    const later = observeReach(state, [Infinity, 0], after(11_000), 10);
    expect(later).toMatchObject({ events: 0.5, distance: 1, seconds: 21 });
    expect(() => observeReach(state, [1, 1], START, 0)).toThrow(InvariantError);
  });
});
