import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS, YEAR_MS } from '#shared/domain/time.ts';
import { seededRandom } from '#shared/math/random.ts';
import { syntheticCoin } from '#shared/simulator/synthetic/coins.ts';
import { efficientPrice } from '#shared/simulator/synthetic/efficient-price.ts';
import { regimePath } from '#shared/simulator/synthetic/regime.ts';
import { aSyntheticFeed, eventsOf, midAt, SOME_MORNING } from '#test/builders/synthetic-market.ts';

describe('the regimes of volatility', () => {
  const regimeAt = regimePath(seededRandom('regimes'));
  const minutes = Array.from({ length: 100_000 }, (_, minute) => regimeAt(minute * MINUTE_MS).name);
  const changes = minutes.filter((name, minute) => name !== minutes[minute - 1]).length;

  it('last tens of minutes', () => {
    expect(minutes.length / changes).toBeGreaterThan(20);
    expect(minutes.length / changes).toBeLessThan(60);
  });

  it.each([
    ['calm', 0.41],
    ['normal', 0.51],
    ['stressed', 0.08],
  ] as const)('are %s for this share of the time: %d', (name, share) => {
    expect(minutes.filter((regime) => regime === name).length / minutes.length).toBeCloseTo(
      share,
      1,
    );
  });

  it('start as often in each as they are in it later', () => {
    const starts = Array.from(
      { length: 4000 },
      (_, seed) => regimePath(seededRandom(seed))(0).name,
    );
    expect(starts.filter((name) => name === 'calm').length / starts.length).toBeCloseTo(0.41, 1);
    expect(starts.filter((name) => name === 'stressed').length / starts.length).toBeCloseTo(
      0.08,
      1,
    );
  });
});

describe('the efficient price', () => {
  const SECONDS = 4 * 24 * 3600;
  const path = efficientPrice(syntheticCoin('BTC'), seededRandom('market'), seededRandom('own'));
  const seen = Array.from({ length: SECONDS }, (_, second) => {
    const jumped = path.advanceTo(second * SECOND_MS);
    return { jumped, logPrice: Math.log(path.price()), regime: path.regime().name };
  });

  it.each([
    ['calm', 0.3],
    ['normal', 0.6],
    ['stressed', 1.5],
  ] as const)(
    'of BTC has in a %s market a yearly volatility of about %d, jumps aside',
    (name, expected) => {
      const moves = seen.flatMap(({ regime, jumped, logPrice }, second) =>
        second > 0 && regime === name && !jumped ? [logPrice - seen[second - 1]!.logPrice] : [],
      );
      const variance = moves.reduce((sum, move) => sum + move ** 2, 0) / moves.length;
      expect(moves.length).toBeGreaterThan(3600);
      expect(Math.sqrt(variance * (YEAR_MS / SECOND_MS)) / expected).toBeCloseTo(1, 1);
    },
  );

  it('jumps about once an hour', () => {
    const jumps = seen.filter(({ jumped }) => jumped).length;
    expect(jumps / (SECONDS / 3600)).toBeGreaterThan(0.3);
    expect(jumps / (SECONDS / 3600)).toBeLessThan(3);
  });

  it('is the same however it is looked at', () => {
    const [often, once] = [0, 1].map(() =>
      efficientPrice(syntheticCoin('ETH'), seededRandom('market'), seededRandom('own')),
    );
    for (let ms = 0; ms < HOUR_MS; ms += 37) often!.advanceTo(ms);
    for (const one of [often, once]) one!.advanceTo(HOUR_MS);
    expect(often!.price()).toBe(once!.price());
  });
});

describe('mids of one seed and start', () => {
  const HOURS = 8;
  const minuteReturns = (coin: string, seed: number): readonly number[] => {
    const mid = midAt(eventsOf(aSyntheticFeed({ coin, seed }), HOURS));
    const mids = Array.from({ length: HOURS * 60 }, (_, minute) =>
      mid(SOME_MORNING + minute * MINUTE_MS),
    );
    return mids.slice(1).map((later, index) => Math.log(later / mids[index]!));
  };
  const [btc, eth, sol, otherEth] = [
    minuteReturns('BTC', 1),
    minuteReturns('ETH', 1),
    minuteReturns('SOL', 1),
    minuteReturns('ETH', 2),
  ] as const;

  it('move together: returns of a minute are correlated by about 0.7', () => {
    for (const [one, other] of [
      [btc, eth],
      [btc, sol],
      [eth, sol],
    ] as const) {
      // prettier-ignore
      expect(correlation(one, other)).toBeGreaterThan(0.6);
      expect(correlation(one, other)).toBeLessThan(0.8);
    }
  });

  it('have nothing to do with those of another seed', () => {
    expect(Math.abs(correlation(btc, otherEth))).toBeLessThan(0.2);
  });
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const product = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, value, index) => sum + value * y[index]!, 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}
