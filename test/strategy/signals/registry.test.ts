import { describe, expect, it } from 'vitest';
import type { MarketView } from '#shared/domain/venue/view.ts';
import { learn } from '#shared/strategy/brain-state.ts';
import { bps, plain, usd } from '#shared/strategy/shown.ts';
import { explainAll, readAll, SIGNALS } from '#shared/strategy/signals/registry.ts';
import { aBrain, aView } from '#test/builders/market.ts';
import { lookAt } from '../looks.ts';

const explained = (over: Partial<MarketView>): Readonly<Record<string, string>> => {
  const look = lookAt(aView(over), { last: undefined });
  return Object.fromEntries(explainAll(readAll(learn(aBrain, look), look, aBrain)));
};

describe('what signals print of themselves', () => {
  it('is their figures in the order of the registry, what is not known as a dash', () => {
    expect(explained({ venueHourlyVolatility: 0.01, averageMarkoutBps: -12 })).toEqual({
      volatility: '1.00 % an hour, 93.59 % a year: regime high',
      '  by whom': 'squares -, bipower -, range -, venue 1.00 %',
      '  disagreement': 'highest over lowest -',
      'book depth': 'spread x 1',
      'by the reference': '100000',
      'filled at once': '-: spread x 1',
      'markout of fills': 'spread x 1.5, size x 0.55',
      microprice: '100000',
      'taker imbalance': '0 (-1 sold, 1 bought)',
    });
    expect(explained({ venueHourlyVolatility: undefined })['volatility']).toBe(
      '- an hour, - a year: regime high',
    );
    expect([plain(undefined), usd(undefined), usd(1), bps(undefined), bps(1)]).toEqual([
      '-',
      '-',
      '1.00 USD',
      '-',
      '1.000 bps',
    ]);
  });

  it('is at least a line of each signal, under a name of its own', () => {
    expect(Object.keys(explained({})).length).toBeGreaterThanOrEqual(Object.keys(SIGNALS).length);
  });
});
