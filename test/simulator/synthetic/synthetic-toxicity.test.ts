import { describe, expect, it } from 'vitest';
import { aSyntheticFeed, afterTakers, eventsOf } from '#test/builders/synthetic-market.ts';

const HORIZON_MS = 5000;
/** Of a mean from its standard error: nobody sees this by chance. */
const SIGNIFICANT = 5;

const HOURS = 5;
const after = (coin: string, informedShare?: number): ReturnType<typeof afterTakers> =>
  afterTakers(eventsOf(aSyntheticFeed({ coin, informedShare }), HOURS), HORIZON_MS);

it.each(['BTC', 'ETH', 'SOL'])('after a taker of %s the mid goes on in his direction', (coin) => {
  const { move } = after(coin);
  expect(move.mean / move.standardError).toBeGreaterThan(SIGNIFICANT);
});

describe('after a taker', () => {
  const [noise, few, half, informed] = [
    after('BTC', 0),
    after('BTC', 0.25),
    after('BTC', 0.5),
    after('BTC', 1),
  ] as const;

  it('the mid goes on the further the more of the takers are informed', () => {
    const moves = [noise, few, half, informed].map(({ move }) => move);
    for (const [index, move] of moves.slice(1).entries()) {
      const before = moves[index]!;
      const error = Math.hypot(move.standardError, before.standardError);
      expect((move.mean - before.mean) / error).toBeGreaterThan(3);
    }
  });

  it('makers lose where every taker is informed', () => {
    expect(informed.makerGain.mean / informed.makerGain.standardError).toBeLessThan(-SIGNIFICANT);
  });

  it('makers keep the bounce between bid and ask where none is, and the mid goes nowhere', () => {
    expect(noise.makerGain.mean / noise.makerGain.standardError).toBeGreaterThan(SIGNIFICANT);
    expect(Math.abs(noise.move.mean / noise.move.standardError)).toBeLessThan(3);
  });
});
