import { describe, expect, it } from 'vitest';
import { marketId } from '#shared/domain/venue/market-id.ts';
import type { Fill } from '#shared/domain/books/fill.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { near } from '#test/floors/exchange-over-http.ts';
import {
  after,
  aQuote,
  DEPOSIT_USD,
  fundingRate,
  KEY,
  MARKET,
  type OpenPlay,
  placed,
  print,
  START,
  SYMBOL,
  touch,
  trade,
  type VenuePlay,
} from './venue-play.ts';

/** What every AccountHistory keeps. */
export function describesAccountHistory(open: OpenPlay): void {
  describe('as account history', () => {
    const market: readonly FeedEvent[] = [
      fundingRate(0, 0.0003),
      touch(0, 59_999.5, 60_000.5),
      print(10_000, 'sell', 59_900, 0.04),
      touch(20_000, 60_009.5, 60_010.5),
      touch(90_000, 60_029.5, 60_030.5),
    ];

    const fillsSince = async (
      { connected }: VenuePlay,
      since: number,
    ): Promise<readonly Fill[]> => {
      const read = await connected.history.fills(MARKET, epochMs(since));
      if (!read.ok) throw new Error(JSON.stringify(read.failure));
      expect(read.value.doubtful).toEqual([]);
      return read.value.fills;
    };

    it('lists our executions with what they did to our cash, from a time on, that included', async () => {
      const play = await open(market);
      const orderId = await placed(play, aQuote('buy'));
      play.at(30_000);
      trade(play, 'sell', 0.01);
      const maker = {
        at: after(10_000),
        market: MARKET,
        side: 'buy',
        price: 59_980,
        size: 0.04,
        feeUsd: near(0.04 * 59_980 * 0.00025),
        liquidity: 'maker',
        orderId,
      };
      const taker = {
        at: after(30_000),
        side: 'sell',
        price: 60_009.5,
        size: 0.01,
        feeUsd: near(-0.01 * 60_009.5 * 0.0005),
        liquidity: 'taker',
      };
      expect(await fillsSince(play, START)).toMatchObject([maker, taker]);
      expect(await fillsSince(play, after(10_000))).toMatchObject([maker, taker]);
      expect(await fillsSince(play, after(10_001))).toMatchObject([taker]);
      expect(await fillsSince(play, after(30_001))).toEqual([]);
    });

    it('lists them all, however many, oldest first and each once', async () => {
      const prints = Array.from({ length: 430 }, (_, index) =>
        print(1000 + 10 * Math.floor(index / 3), 'sell', 59_000, 0.001),
      );
      const play = await open([touch(0, 59_999.5, 60_000.5), ...prints]);
      await placed(play, aQuote('buy', { size: size(0.43), price: price(59_980) }));
      play.at(20_000);
      const fills = await fillsSince(play, START);
      const truth = play.exchange.account(KEY).fills(SYMBOL);
      expect(truth).toHaveLength(430);
      expect(new Set(fills.map(({ id }) => id))).toEqual(new Set(truth.map(({ id }) => id)));
      expect(fills).toHaveLength(430);
      expect(fills.map(({ at }) => at)).toEqual(truth.map(({ at }) => at));
    });

    it("knows nothing of another account's", async () => {
      const play = await open(market);
      trade(play, 'buy', 0.5, 'pf_test_somebody');
      expect(await fillsSince(play, START)).toEqual([]);
    });

    it('lists what funding was settled after one time and until another', async () => {
      const play = await open(market);
      trade(play, 'buy', 0.04);
      play.at(61_000);
      const { history } = play.connected;
      const payment = {
        market: MARKET,
        at: after(60_000),
        rate: 0.0003,
        amountUsd: near(-0.04 * 60_010 * 0.0003),
      };
      expect(await history.fundingPayments(MARKET, START, after(61_000))).toEqual({
        ok: true,
        value: [payment],
      });
      expect(await history.fundingPayments(MARKET, START, after(60_000))).toMatchObject({
        value: [payment],
      });
      expect(await history.fundingPayments(MARKET, after(60_000), after(61_000))).toEqual({
        ok: true,
        value: [],
      });
    });

    it('tells the change of the equity, all of it and since a time in between', async () => {
      const play = await open(market);
      await placed(play, aQuote('buy'));
      const equity = async (since: number): Promise<unknown> =>
        play.connected.history.equityChange(MARKET, epochMs(since));
      play.at(61_000);
      const before = play.exchange.equityUsd(KEY);
      expect(await equity(0)).toEqual({
        ok: true,
        value: { netUsd: near(before - DEPOSIT_USD), markPrice: 60_010, positionSize: 0.04 },
      });
      play.at(95_000);
      const now = play.exchange.equityUsd(KEY);
      expect(await equity(0)).toMatchObject({ value: { netUsd: near(now - DEPOSIT_USD) } });
      expect(await equity(after(61_000))).toMatchObject({
        value: { netUsd: near(now - before), markPrice: 60_030, positionSize: 0.04 },
      });
    });

    it('knows no market that is not there', async () => {
      const { history } = (await open(market)).connected;
      const nowhere = marketId('purple-flea', 'DOGE-PERP');
      for (const answer of [
        await history.fills(nowhere, START),
        await history.fundingPayments(nowhere, START, after(1)),
        await history.equityChange(nowhere, START),
      ])
        expect(answer).toMatchObject({
          ok: false,
          failure: { kind: 'rejected', code: 'MARKET_NOT_FOUND' },
        });
    });
  });
}
