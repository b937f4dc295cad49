import { describe, expect, it } from 'vitest';
import { HOUR_MS, SECOND_MS } from '#shared/domain/time.ts';
import { signOf, type Side } from '#shared/domain/order/side.ts';
import { seededRandom } from '#shared/math/random.ts';
import { hawkesArrivals } from '#shared/simulator/synthetic/arrivals.ts';
import { syntheticCoin } from '#shared/simulator/synthetic/coins.ts';
import { depth } from '#shared/simulator/synthetic/depth.ts';
import { efficientPrice } from '#shared/simulator/synthetic/efficient-price.ts';
import { makers } from '#shared/simulator/synthetic/makers.ts';
import { regimePath } from '#shared/simulator/synthetic/regime.ts';
import { takers } from '#shared/simulator/synthetic/takers.ts';
import { aSyntheticFeed, eventsOf, SOME_MORNING } from '#test/builders/synthetic-market.ts';

describe('arrivals of takers', () => {
  /** When they come if each of them trades. */
  function arrivalTimes(hours: number): readonly number[] {
    const arrivals = hawkesArrivals(seededRandom('arrivals'));
    const times: number[] = [];
    for (let at = arrivals.nextAfter(0, 1); at < hours * HOUR_MS; at = arrivals.nextAfter(at, 1)) {
      arrivals.excite(at, 1);
      times.push(at);
    }
    return times;
  }

  const fano = (times: readonly number[], windowMs: number): number => {
    const counts = new Float64Array(Math.ceil(times.at(-1)! / windowMs));
    for (const at of times) counts[Math.floor(at / windowMs)]! += 1;
    const mean = times.length / counts.length;
    return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length / mean;
  };

  it('come at the rate of a Hawkes process: the baseline over one less the branching ratio', () => {
    expect(arrivalTimes(50).length / (50 * 3600)).toBeCloseTo(1 / (1 - 0.6), 1);
  });

  it('cluster on a scale of seconds and more on one of minutes, up to the square of that factor', () => {
    const times = arrivalTimes(50);
    expect(fano(times, SECOND_MS)).toBeGreaterThan(1.3);
    expect(fano(times, 10 * SECOND_MS)).toBeGreaterThan(1.3 * fano(times, SECOND_MS));
    expect(fano(times, 60 * SECOND_MS)).toBeGreaterThan(1.3 * fano(times, 10 * SECOND_MS));
    expect(fano(times, 60 * SECOND_MS)).toBeLessThan(1.2 / (1 - 0.6) ** 2);
  });

  it('come more often in the second after a jump of the price, which is news', () => {
    const HOURS = 12;
    const truth = efficientPrice(
      syntheticCoin('BTC'),
      seededRandom(1).fork('market'),
      seededRandom(1).fork('BTC').fork('price'),
    );
    const steps = Array.from({ length: (HOURS * HOUR_MS) / 100 }, (_, step) => step * 100);
    const jumps = steps.filter((elapsed) => truth.advanceTo(elapsed));
    const trades = eventsOf(aSyntheticFeed(), HOURS).filter(({ type }) => type === 'trade');
    const orders = trades
      .filter(({ at }, index) => at !== trades[index - 1]?.at)
      .map(({ at }) => at - SOME_MORNING);
    const after = orders.filter((at) =>
      jumps.some((jump) => at >= jump && at < jump + SECOND_MS),
    ).length;
    expect(jumps.length).toBeGreaterThan(8);
    expect(after / jumps.length).toBeGreaterThan(3 * (orders.length / (HOURS * 3600)));
  });
});

describe('takers', () => {
  const coin = syntheticCoin('BTC');
  const view = (efficientPriceBps: number): Parameters<ReturnType<typeof takers>>[0] => ({
    bid: 100_000,
    ask: 100_001,
    efficientPrice: 100_000.5 * (1 + efficientPriceBps / 10_000),
  });

  it('who are informed buy what is cheaper than the efficient price, up to it', () => {
    const order = takers(coin, 1, seededRandom(1))(view(5))!;
    expect(order.side).toBe('buy');
    expect(order.limitPrice).toBeGreaterThan(100_045);
    expect(order.limitPrice).toBeLessThan(view(5).efficientPrice);
  });

  it('who are informed sell what is dearer than the efficient price, down to it', () => {
    const order = takers(coin, 1, seededRandom(1))(view(-5))!;
    expect(order.side).toBe('sell');
    expect(order.limitPrice).toBeLessThan(99_956);
    expect(order.limitPrice).toBeGreaterThan(view(-5).efficientPrice);
  });

  it('who are informed go away when the quotes are right', () => {
    expect(takers(coin, 1, seededRandom(1))(view(0.2))).toBeUndefined();
  });

  it('who are not know nothing: their sides do not depend on the efficient price', () => {
    const sides = (efficientPriceBps: number): readonly Side[] => {
      const decide = takers(coin, 0, seededRandom(1));
      return Array.from({ length: 500 }, () => decide(view(efficientPriceBps))!.side);
    };
    expect(sides(20)).toEqual(sides(-20));
  });

  it('who are not send sizes with a heavy tail', () => {
    const decide = takers(coin, 0, seededRandom(1));
    const sizes = Array.from({ length: 50_000 }, () => decide(view(0))!.sizeUsd).filter(
      Number.isFinite,
    );
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(coin.noiseOrderUsd);
    for (const times of [3, 10, 30]) {
      const beyond =
        sizes.filter((size) => size > times * coin.noiseOrderUsd).length / sizes.length;
      expect(beyond / times ** -1.3).toBeCloseTo(1, 0);
    }
  });

  it('who are not keep to a side for a while, less and less as time goes by', () => {
    const decide = takers(coin, 0, seededRandom(1));
    const signs = Array.from({ length: 50_000 }, () => signOf(decide(view(0))!.side));
    const autocorrelation = (lag: number): number =>
      signs.slice(lag).reduce((sum, sign, index) => sum + sign * signs[index]!, 0) /
      (signs.length - lag);
    expect(autocorrelation(1)).toBeGreaterThan(0.1);
    expect(autocorrelation(1)).toBeLessThan(0.4);
    expect(autocorrelation(10)).toBeLessThan(autocorrelation(1));
    expect(autocorrelation(20)).toBeGreaterThan(0.01);
  });
});

describe('the other makers', () => {
  const calm = regimePath(seededRandom(1))(0);

  it('never quote a locked market, not even around a whole tick', () => {
    const others = makers(syntheticCoin('ETH'), seededRandom(1));
    // From a mid of 40000.5 ticks they learn a quarter of two ticks: they believe in exactly 40001.
    others.requote(4000.25, { ...calm, spreadBps: 0 });
    expect([others.bestBid(), others.bestAsk()]).toEqual([40_001, 40_002]);
  });

  it('follow the efficient price step by step and widen with the regime', () => {
    const others = makers(syntheticCoin('BTC'), seededRandom(1));
    const mids = Array.from({ length: 30 }, () => {
      others.requote(100_100, { ...calm, spreadBps: 2 });
      return (others.bestBid() + others.bestAsk()) / 2;
    });
    expect(mids.every((mid, index) => index === 0 || mid >= mids[index - 1]!)).toBe(true);
    expect(mids[0]).toBeLessThan(100_030);
    expect(Math.abs(mids.at(-1)! - 100_100)).toBeLessThanOrEqual(1);
    expect(others.bestAsk() - others.bestBid()).toBeGreaterThanOrEqual(20);
  });

  it('take a part of a move by a trade for news', () => {
    const [moved, unmoved] = [0, 1].map(() => makers(syntheticCoin('SOL'), seededRandom(1)));
    moved!.trade('buy', moved!.bestAsk() + 20, Infinity);
    for (const others of [moved!, unmoved!]) others.requote(200, calm);
    expect(moved!.bestBid()).toBeGreaterThan(unmoved!.bestBid() + 3);
    expect(moved!.bestBid()).toBeLessThan(unmoved!.bestBid() + 10);
  });

  it('bring less at first to a price they have just moved to', () => {
    const side = depth(1, 100_000, syntheticCoin('BTC'), seededRandom(1));
    const meanOf = (lots: readonly number[]): number =>
      lots.reduce((sum, here) => sum + here, 0) / lots.length;
    const fresh = Array.from({ length: 400 }, (_, move) => {
      side.moveTo(100_000 - move);
      return side.lotsAt(0);
    });
    const settled = Array.from({ length: 400 }, () => side.draw(0));
    expect(meanOf(fresh) / meanOf(settled)).toBeCloseTo(0.4, 1);
  });

  it('are left with what a taker did not take, and refill it later', () => {
    const others = makers(syntheticCoin('SOL'), seededRandom(1));
    const touch = others.bestAsk();
    const taken = others.trade('buy', touch + 3, Infinity);
    expect(taken.length).toBeGreaterThan(1);
    expect(
      taken.every(
        ({ index, lots }) =>
          index >= touch && index <= touch + 3 && lots > 0 && Number.isInteger(lots),
      ),
    ).toBe(true);
    expect(others.bestAsk()).toBeGreaterThan(touch + 3);
    others.requote(200, calm);
    expect(others.bestAsk()).toBeLessThan(touch + 3);
  });

  it('give no more than is asked for', () => {
    const others = makers(syntheticCoin('BTC'), seededRandom(1));
    const before = others.book(SOME_MORNING);
    const taken = others.trade('sell', others.bestBid() - 100, 3);
    expect(taken).toEqual([{ index: 100_000, lots: 3 }]);
    const after = others.book(SOME_MORNING);
    if (before.type !== 'book' || after.type !== 'book') throw new Error('not a book');
    expect(after.asks).toEqual(before.asks);
    expect(after.bids[1]!).toBeCloseTo(before.bids[1]! - 0.00003, 8);
  });
});
