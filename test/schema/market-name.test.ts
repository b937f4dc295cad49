import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveMarketName, symbolIn } from '#shared/schema/market-name.ts';

const ONE_VENUE = ['purple-flea/BTC-PERP', 'purple-flea/kPEPE-PERP', 'purple-flea/币安人生-PERP'];
const TWO_VENUES = ['purple-flea/BTC-PERP', 'hyperliquid/BTC', 'hyperliquid/ETH'];

describe('a market as a person writes it', () => {
  it.each([
    ['BTC', ONE_VENUE, 'purple-flea/BTC-PERP'],
    ['BTC-PERP', ONE_VENUE, 'purple-flea/BTC-PERP'],
    ['purple-flea/BTC-PERP', ONE_VENUE, 'purple-flea/BTC-PERP'],
    ['kPEPE', ONE_VENUE, 'purple-flea/kPEPE-PERP'],
    ['币安人生', ONE_VENUE, 'purple-flea/币安人生-PERP'],
    ['ETH', TWO_VENUES, 'hyperliquid/ETH'],
    ['BTC-PERP', TWO_VENUES, 'purple-flea/BTC-PERP'],
    ['hyperliquid/BTC', TWO_VENUES, 'hyperliquid/BTC'],
    ['TSLA', ['hyperliquid/xyz:TSLA', 'other/TSLA-PERP'], 'other/TSLA-PERP'],
  ])('%s of %j is %s', (written, ids, id) => {
    expect(resolveMarketName(written, ids)).toEqual({ ok: true, value: id });
  });

  it.each([
    [
      'BTC',
      TWO_VENUES,
      'BTC means more than one market; allowed: purple-flea/BTC-PERP, hyperliquid/BTC',
    ],
    [
      'KPEPE',
      ONE_VENUE,
      'there is no market KPEPE (did you mean "kPEPE"?); allowed: purple-flea/BTC-PERP, purple-flea/kPEPE-PERP, purple-flea/币安人生-PERP',
    ],
    [
      'btc-perp',
      ['purple-flea/BTC-PERP'],
      'there is no market btc-perp (did you mean "BTC-PERP"?); allowed: purple-flea/BTC-PERP',
    ],
    ['', ['a/B'], 'there is no market  (did you mean "B"?); allowed: a/B'],
  ])('%s of %j is refused with the choices', (written, ids, line) => {
    expect(resolveMarketName(written, ids)).toEqual({ ok: false, failure: line });
  });

  it('is never another than the one written: every answer bears the name, and every id its own', () => {
    const coin = fc.constantFrom('BTC', 'ETH', 'kPEPE', '1000BONK', 'btc', '币安人生', 'xyz:TSLA');
    const id = fc
      .tuple(fc.constantFrom('purple-flea', 'hyperliquid', 'x'), coin, fc.boolean())
      .map(([venue, name, perpetual]) => `${venue}/${name}${perpetual ? '-PERP' : ''}`);
    const written = fc.oneof(
      coin,
      coin.map((name) => `${name}-PERP`),
      id,
      fc.string({ maxLength: 200 }),
    );
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1 }), written, (ids, name) => {
        for (const each of ids)
          expect(resolveMarketName(each, ids)).toEqual({ ok: true, value: each });
        const bearing = ids.filter((each) =>
          [symbolIn(each), symbolIn(each).replace(/-PERP$/, ''), each].includes(name),
        );
        const found = resolveMarketName(name, ids);
        if (found.ok) expect(bearing).toContain(found.value);
        else expect(ids.includes(name) || bearing.length === 1).toBe(false);
        if (!found.ok) expect(found.failure.length).toBeLessThan(2000);
      }),
    );
  });
});
