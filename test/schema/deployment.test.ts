import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatClientOrderId, parseClientOrderId } from '#shared/domain/order/client-order-id.ts';
import { parseStage } from '#shared/schema/deployment.ts';

const stage = (...symbols: readonly string[]): unknown => ({
  name: 'local',
  venues: { 'purple-flea': { baseUrl: 'https://venue.example', fundingIntervalHours: 8 } },
  markets: symbols.map((symbol) => ({ symbol, venue: 'purple-flea' })),
});
const said = (symbol: string): string => {
  try {
    return String(parseStage(stage(symbol)).markets[0]?.symbol);
  } catch (error) {
    return error instanceof Error ? error.message : 'no error';
  }
};

describe('the coins of a stage', () => {
  it.each(['BTC', 'kPEPE', '1000BONK', 'btc', '币安人生', 'xyz:TSLA', 'MON_2', 'İ', 'दो'])(
    '%s can be traded',
    (coin) => {
      expect(said(`${coin}-PERP`)).toBe(`${coin}-PERP`);
    },
  );

  it.each([
    '',
    'BTC',
    '-PERP',
    'B C-PERP',
    'A/B-PERP',
    'A#B-PERP',
    'A.B-PERP',
    'A,B-PERP',
    `${'A'.repeat(31)}-PERP`,
  ])('%j is refused in one line that says what is allowed', (symbol) => {
    expect(said(symbol)).toBe(
      'stage: markets.0.symbol: must look like BTC-PERP: letters, digits, _ and : before -PERP, at most 30',
    );
  });

  it('that are accepted can be told again from every order id made of them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), (coin) => {
        const symbol = `${coin}-PERP`;
        if (said(symbol) !== symbol) return;
        const id = {
          role: 'quote',
          deployment: 'paper',
          symbol,
          side: 'buy',
          level: 3,
          fence: 7,
          counter: 9,
        } as const;
        expect(parseClientOrderId(formatClientOrderId(id))).toEqual(id);
        expect([symbol].join(',').split(',')).toEqual([symbol]);
      }),
    );
  });
});
