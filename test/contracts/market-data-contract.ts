import { describe, expect, it } from 'vitest';
import { marketId } from '#shared/domain/venue/market-id.ts';
import { after, fundingRate, MARKET, type OpenPlay, print, SYMBOL, touch } from './venue-play.ts';

const rejected = (code: string): object => ({ ok: false, failure: { kind: 'rejected', code } });

/** What every MarketData of the exchange's face keeps. */
export function describesMarketData(open: OpenPlay): void {
  describe('as market data', () => {
    const market = [
      fundingRate(0, 0.0003),
      touch(0, 59_999.5, 60_000.5, 5),
      print(1000, 'sell', 59_900, 0.04),
      touch(2000, 60_009.5, 60_010.5, 3),
      touch(90_000, 60_009.5, 60_010.5, 3),
    ];

    it('tells what the venue accepts', async () => {
      const { connected } = await open(market);
      expect(await connected.data.spec(MARKET)).toMatchObject({
        ok: true,
        value: {
          symbol: SYMBOL,
          tick: { step: 0.1 },
          lot: { step: 0.001 },
          minNotionalUsd: 10,
          fees: { makerBps: -2.5, takerBps: 5 },
          simulated: true,
        },
      });
    });

    it('shows the touch, dated when it was last seen, and no trades of others', async () => {
      const play = await open(market);
      play.at(2500);
      expect(await play.connected.data.book(MARKET)).toMatchObject({
        ok: true,
        value: {
          book: {
            ok: true,
            value: {
              at: after(2000),
              bids: [{ price: 60_009.5, size: 3 }],
              asks: [{ price: 60_010.5, size: 3 }],
            },
          },
          trades: undefined,
        },
      });
    });

    it('tells the rate of funding and when it is settled next', async () => {
      const { connected } = await open(market);
      expect(await connected.data.funding(MARKET)).toEqual({
        ok: true,
        value: { rate: 0.0003, intervalHours: 8, nextAt: after(60_000) },
      });
    });

    it('knows no volatility before there are prices to tell it from', async () => {
      const play = await open(market);
      expect(await play.connected.data.hourlyVolatility(MARKET)).toEqual({
        ok: true,
        value: undefined,
      });
      play.at(60_000);
      const known = await play.connected.data.hourlyVolatility(MARKET);
      expect(known.ok && known.value).toBeGreaterThan(0);
      expect(known.ok && known.value).toBeLessThan(0.1);
    });

    it('has nothing to show of a market that was never quoted', async () => {
      const { connected } = await open([touch(50_000, 59_999.5, 60_000.5)]);
      expect(await connected.data.book(MARKET)).toMatchObject(rejected('MARKET_CLOSED'));
      expect(await connected.data.funding(MARKET)).toMatchObject(rejected('MARKET_CLOSED'));
    });

    it('knows no market that is not there', async () => {
      const { data } = (await open(market)).connected;
      const nowhere = marketId('purple-flea', 'DOGE-PERP');
      for (const answer of [
        await data.spec(nowhere),
        await data.book(nowhere),
        await data.funding(nowhere),
        await data.hourlyVolatility(nowhere),
      ])
        expect(answer).toMatchObject(rejected('MARKET_NOT_FOUND'));
    });

    it('tells what is left of the request allowance, and how long to wait when nothing is', async () => {
      const play = await open(market, { requestsPerMinute: 4 });
      const { data } = play.connected;
      const left: number[] = [];
      for (let asked = 0; asked < 4; asked += 1) {
        const picture = await data.book(MARKET);
        if (picture.ok) left.push(picture.value.requestsLeftRatio);
      }
      expect(left).toEqual([0.75, 0.5, 0.25, 0]);
      expect(await data.book(MARKET)).toEqual({
        ok: false,
        failure: { kind: 'rate-limited', retryAfterMs: 15_000 },
      });
      play.at(15_000);
      expect((await data.book(MARKET)).ok).toBe(true);
    });
  });
}
