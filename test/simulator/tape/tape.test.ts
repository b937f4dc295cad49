import { describe, expect, it } from 'vitest';
import { grid } from '#shared/domain/order/grid.ts';
import { recentIds } from '#shared/simulator/tape/recent-ids.ts';
import {
  bboOf,
  bookOf,
  feedOf,
  fundingOf,
  gapOf,
  linesOf,
  metaOf,
  readAll,
  rowsOfATape,
  tradeOf,
} from '#test/builders/tape-rows.ts';

describe('tapeFeed', () => {
  it('reads every row in order, after one funding row made up for the beginning', () => {
    expect(readAll(rowsOfATape())).toEqual([
      { type: 'funding', at: 10_000, rate: 0.0000125, intervalHours: 1 },
      { type: 'bbo', at: 10_000, bid: 100, bidSize: 1.5, ask: 100.5, askSize: 0.001 },
      { type: 'trade', at: 11_000, price: 100.5, size: 0.002, side: 'buy' },
      { type: 'bbo', at: 11_000, bid: 100, bidSize: 1.5, ask: 100.5, askSize: 0.004 },
      bookEvent(12_000),
      { type: 'gap', at: 12_001, to: 18_000 },
      { type: 'trade', at: 14_000, price: 100.5, size: 0.002, side: 'buy' },
      bookEvent(18_000),
      { type: 'trade', at: 19_000, price: 100, size: 0.002, side: 'sell' },
      { type: 'bbo', at: 20_000, bid: 100, bidSize: 1.5, ask: 100.5, askSize: 0.001 },
    ]);
  });

  it('describes the market as the meta row does', () => {
    const { spec, startsAt, endsAt, fundingIntervalHours } = feedOf(rowsOfATape());
    expect(spec).toEqual({
      symbol: 'BTC-PERP',
      tick: grid(0.5),
      lot: grid(0.001),
      minNotionalUsd: 10,
      fees: { makerBps: 1.5, takerBps: 4.5 },
      simulated: true,
    });
    expect({ startsAt, endsAt, fundingIntervalHours }).toEqual({
      startsAt: 10_000,
      endsAt: 20_000,
      fundingIntervalHours: 1,
    });
  });

  it.each([
    ['hl', {}, 0.0000125, 1],
    ['binanceusdm', {}, 0.0001, 8],
    ['standx', {}, 0.0001, 8],
    ['hl', { fundingIntervalHours: 8 }, 0.0001, 8],
    ['binanceusdm', { fundingRate: -0.0003 }, -0.0003, 8],
    ['binanceusdm', { fundingRate: 0, fundingIntervalHours: 4 }, 0, 4],
  ])('funds a tape of %s with options %j at %d per %d h', (venue, options, rate, intervalHours) => {
    const [, ...rest] = rowsOfATape();
    const feed = feedOf([metaOf({ venue }), ...rest], options);
    expect(feed.fundingIntervalHours).toBe(intervalHours);
    expect(feed.events.next().value).toEqual({ type: 'funding', at: 10_000, rate, intervalHours });
  });

  it.each([
    [{ fundingIntervalHours: 0 }, 'the funding interval is 0 h; it must be above zero'],
    [
      { fundingIntervalHours: Infinity },
      'the funding interval is Infinity h; it must be above zero',
    ],
    [
      { fundingRate: Number.NaN },
      'the funding rate is NaN; it must be a finite number, a fraction per interval',
    ],
  ])('refuses to fund with %j', (options, message) => {
    expect(() => feedOf(rowsOfATape(), options)).toThrow(message);
  });

  it('takes the symbol it is given', () => {
    expect(feedOf(rowsOfATape(), { symbol: 'XBT' }).spec.symbol).toBe('XBT');
  });

  it('passes on the funding rows a tape does carry', () => {
    const tape = [
      metaOf(),
      bboOf(10_000),
      fundingOf(15_000, { mark: 100.2, synthetic: true }),
      bboOf(15_000),
      bboOf(20_000),
    ];
    expect(readAll(tape)[2]).toEqual({
      type: 'funding',
      at: 15_000,
      rate: 0.0002,
      intervalHours: 1,
    });
  });

  it('reads no further than it is asked to', () => {
    let read = 0;
    const lines = function* (): Generator<string, void> {
      for (const line of linesOf(rowsOfATape())) {
        read += 1;
        yield line;
      }
    };
    const feed = feedOf([], {}, lines());
    expect(read).toBe(1);
    feed.events.next();
    feed.events.next();
    expect(read).toBe(2);
  });

  it('ends at blank lines with nothing behind them, and at line ends of another machine', () => {
    const whole = readAll(rowsOfATape());
    expect(readAll([...rowsOfATape(), '', ' ', '\r'])).toEqual(whole);
    expect(readAll(linesOf(rowsOfATape()).map((line) => `${line}\r`))).toEqual(whole);
  });

  it('remembers the latest trade ids, so that memory does not grow with the tape', () => {
    const isRepeated = recentIds(10);
    const said = Array.from({ length: 100 }, (_, id) => isRepeated(`t${id}`));
    expect(said).not.toContain(true);
    expect(Array.from({ length: 10 }, (_, back) => isRepeated(`t${99 - back}`))).not.toContain(
      false,
    );
    expect(isRepeated('t0')).toBe(false);
  });

  it('does not pass on anything after a row it refuses', () => {
    const feed = feedOf([metaOf(), bboOf(10_000), 'nonsense', bboOf(20_000)]);
    feed.events.next();
    feed.events.next();
    expect(() => feed.events.next()).toThrow('row 3');
    expect(feed.events.next().done).toBe(true);
  });

  describe('of an inverse contract', () => {
    const meta = metaOf({
      contract: 'inverse',
      contractUsd: 100,
      lot: 1,
      tick: 0.5,
      gapMs: 10_000,
    });
    /** A number of contracts of 100 USD in base units, as the format rounds it. */
    const inBase = (contracts: number, price: number): number =>
      Number(((contracts * 100) / price).toFixed(8));

    it('reads sizes in base units and counts them in contracts', () => {
      const tape = [
        meta,
        bboOf(10_000, {
          bid: 61_234.5,
          bidSz: inBase(7, 61_234.5),
          ask: 61_235,
          askSz: inBase(31_413, 61_235),
        }),
        tradeOf(11_000, { px: 61_235, sz: inBase(1, 61_235) }),
        bboOf(20_000, {
          bid: 61_234.5,
          bidSz: inBase(7, 61_234.5),
          ask: 61_235,
          askSz: inBase(3, 61_235),
        }),
      ];
      expect(readAll(tape)[2]).toEqual({
        type: 'trade',
        at: 11_000,
        price: 61_235,
        size: inBase(1, 61_235),
        side: 'buy',
      });
      expect(feedOf(tape).spec.lot).toEqual(grid(1e-8));
    });

    it.each([
      [{ sz: 0.001 }, 'sz 0.001 at 61235 is not a whole number of contracts; one is 100 USD'],
      [{ sz: 1e-8 }, 'sz 1e-8 at 61235 is not a whole number of contracts; one is 100 USD'],
    ])('refuses a trade with %j', (changes, message) => {
      const quote = {
        bid: 61_234.5,
        bidSz: inBase(7, 61_234.5),
        ask: 61_235,
        askSz: inBase(3, 61_235),
      };
      const tape = [
        meta,
        bboOf(10_000, quote),
        tradeOf(11_000, { px: 61_235, ...changes }),
        bboOf(20_000, quote),
      ];
      expect(() => readAll(tape)).toThrow(`tape btc.jsonl.gz, row 3: ${message}`);
    });

    it('refuses contracts off their lot', () => {
      const quote = { bid: 1000, bidSz: inBase(20, 1000), ask: 1000.5, askSz: inBase(15, 1000.5) };
      const tape = [
        metaOf({ contract: 'inverse', contractUsd: 100, lot: 10, tick: 0.5, gapMs: 10_000 }),
        bboOf(10_000, quote),
        bboOf(20_000, quote),
      ];
      expect(() => readAll(tape)).toThrow(
        'row 2: askSz in contracts 15 is not on the lot; it must be a multiple of 10',
      );
    });
  });

  it('takes a gap row for a silence that would not need one, and gaps that follow each other closely', () => {
    const tape = [
      metaOf(),
      bboOf(10_000),
      gapOf(10_001, 12_000),
      bookOf(12_000),
      gapOf(12_001, 20_000),
      bookOf(20_000),
    ];
    expect(readAll(tape).filter(({ type }) => type === 'gap')).toHaveLength(2);
  });
});

/** Of `bookOf`. */
function bookEvent(at: number): unknown {
  return { type: 'book', at, bids: [100, 1, 99.5, 2], asks: [100.5, 1, 102, 0.003] };
}
