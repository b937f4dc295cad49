import { describe, expect, it } from 'vitest';
import { boundariesCrossed } from '#shared/domain/venue/funding.ts';
import { HOUR_MS, MINUTE_MS } from '#shared/domain/time.ts';
import { epochMs } from '#shared/domain/units.ts';
import { seededRandom } from '#shared/math/random.ts';
import { fundingPath } from '#shared/simulator/synthetic/funding-path.ts';
import { aSyntheticFeed, eventsOf, SOME_MORNING } from '#test/builders/synthetic-market.ts';

type Forecast = ReturnType<ReturnType<typeof fundingPath>>;

function forecasts(seed: number, intervalHours: number, hours: number): readonly Forecast[] {
  const next = fundingPath(seededRandom(seed), SOME_MORNING, intervalHours);
  const all: Forecast[] = [];
  for (let forecast = next(); forecast.at <= SOME_MORNING + hours * HOUR_MS; forecast = next())
    all.push(forecast);
  return all;
}

/** The rate that stands at each boundary. */
function settled(all: readonly Forecast[], intervalHours: number): readonly Forecast[] {
  return boundariesCrossed(SOME_MORNING, all.at(-1)!.at, intervalHours).map((boundary) =>
    all.findLast(({ at }) => at < boundary)!,
  );
}

describe('synthetic funding', () => {
  it.each([1, 4, 8])(
    'is forecast from the start, hourly and shortly before each boundary, never at one, with an interval of %d h',
    (interval) => {
      const all = forecasts(1, interval, 100);
      expect(all[0]!.at).toBe(SOME_MORNING);
      expect(
        all.every(
          ({ at, intervalHours }) =>
            intervalHours === interval && (at === SOME_MORNING || at % HOUR_MS !== 0),
        ),
      ).toBe(true);
      const pauses = all.slice(1).map(({ at }, index) => at - all[index]!.at);
      expect(Math.min(...pauses)).toBeGreaterThan(0);
      expect(Math.max(...pauses)).toBeLessThanOrEqual(HOUR_MS);
      for (const boundary of boundariesCrossed(
        SOME_MORNING,
        epochMs(SOME_MORNING + 99 * HOUR_MS),
        interval,
      )) {
        const last = all.findLast(({ at }) => at < boundary)!;
        expect(boundary - last.at).toBeLessThanOrEqual(15 * MINUTE_MS);
      }
    },
  );

  it('settles beyond 3 bps at about a quarter of the boundaries, and never at rates nobody has seen', () => {
    const rates = Array.from({ length: 40 }, (_, seed) =>
      settled(forecasts(seed, 8, 30 * 24), 8).map(({ rate }) => rate),
    ).flat();
    expect(rates).toHaveLength(40 * 90);
    const beyond = rates.filter((rate) => Math.abs(rate) > 0.0003).length / rates.length;
    expect(beyond).toBeGreaterThan(0.2);
    expect(beyond).toBeLessThan(0.33);
    expect(Math.max(...rates.map((rate) => Math.abs(rate)))).toBeLessThan(0.003);
  });

  it('is about 1 bps per 8 hours where the crowd is calm, and goes both ways where it is not', () => {
    const rates = forecasts(7, 8, 24 * 365).map(({ rate }) => rate);
    const middle = median(rates);
    expect(middle).toBeGreaterThan(0.00005);
    expect(middle).toBeLessThan(0.0002);
    expect(Math.min(...rates)).toBeLessThan(-0.0003);
    expect(Math.max(...rates)).toBeGreaterThan(0.0003);
  });

  it('goes back to its mean slowly: an hour changes a rate less than eight do', () => {
    const rates = forecasts(3, 1, 24 * 365).map(({ rate }) => rate);
    const change = (lag: number): number =>
      median(rates.slice(lag).map((rate, index) => Math.abs(rate - rates[index]!)));
    expect(change(2)).toBeLessThan(0.7 * change(16));
  });

  it('pays an eighth of the rate of eight hours every hour', () => {
    const [hourly, eightHourly] = [forecasts(5, 1, 1), forecasts(5, 8, 1)];
    expect(hourly[0]!.rate).toBeCloseTo(eightHourly[0]!.rate / 8, 12);
  });

  it('reaches the feed when it is forecast', () => {
    const events = eventsOf(aSyntheticFeed({ fundingIntervalHours: 1 }), 3).filter(
      ({ type }) => type === 'funding',
    );
    expect(events.map(({ at }) => (at - SOME_MORNING) / 1000)).toEqual([
      0, 1, 2700, 3601, 6300, 7201, 9900,
    ]);
  });
});

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
