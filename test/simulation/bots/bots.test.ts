import { describe, expect, it } from 'vitest';
import type { Bot } from '#shared/simulation/bots/bot.ts';
import { s0Additive } from '#shared/simulation/bots/s0-additive.ts';
import { s1Fixed } from '#shared/simulation/bots/s1-fixed.ts';
import { s2Grid } from '#shared/simulation/bots/s2-grid.ts';
import { s2Ladder } from '#shared/simulation/bots/s2-ladder.ts';
import { s3PostOnly } from '#shared/simulation/bots/s3-post-only.ts';
import { BUDGET, type Said, scripted } from './scripted-client.ts';

/** What a bot asks in each turn, the venue saying one thing after the other. */
async function turns(bot: Bot, ...said: readonly Said[]): Promise<readonly (readonly unknown[])[]> {
  const venue = scripted({});
  const turn = bot.begin(venue.client, BUDGET);
  const asked: (readonly unknown[])[] = [];
  for (const now of said) {
    venue.say(now);
    await turn();
    asked.push(venue.asked());
  }
  return asked;
}

const calm = { mid: 60_000, hourlyVolatility: 0, inventoryUsd: 0 };

describe("S0's bot", () => {
  const quoted = async (said: Said): Promise<unknown> =>
    (await turns(s0Additive, { ...calm, ...said }))[0]?.[4];

  it('makes five calls every 3 s: three questions, everything cancelled, a pair', async () => {
    expect(s0Additive.pauseMs).toBe(3000);
    expect(await turns(s0Additive, calm)).toEqual([
      [
        ['mid'],
        ['hourlyVolatility'],
        ['inventoryUsd'],
        ['cancelAll'],
        ['quote', { bid: 59_985, ask: 60_015, sizeUsd: 100 }],
      ],
    ]);
  });

  it.each<[string, Said, number, number]>([
    // 5 + 1 bps: 18 on each side.
    ['1 bp for 2 % an hour, a hundredth of half of it', { hourlyVolatility: 0.02 }, 59_982, 60_018],
    // 5 + 1 + 2 bps: 24 on each side, and 0.3 x 0.4 x 24 down.
    [
      '5 bps at full inventory, and leans down when long',
      { hourlyVolatility: 0.02, inventoryUsd: 400 },
      59_973.12,
      60_021.12,
    ],
    [
      'the same up when short',
      { hourlyVolatility: 0.02, inventoryUsd: -400 },
      59_978.88,
      60_026.88,
    ],
    ['up to 50 bps in all', { hourlyVolatility: 1 }, 59_850, 60_150],
    // 5 + 10 bps: 45 on each side, and 0.3 x 2 x 45 down.
    ['and leans without bound beyond the limit', { inventoryUsd: 2000 }, 59_928, 60_018],
  ])('adds %s', async (_, said, bid, ask) => {
    expect(await quoted(said)).toEqual(['quote', { bid, ask, sizeUsd: 100 }]);
  });

  it('trades half away above 80 % of the limit, strictly, after it has quoted', async () => {
    const sixth = async (inventoryUsd: number): Promise<unknown> =>
      (await turns(s0Additive, { ...calm, inventoryUsd }))[0]?.slice(5);
    expect(await sixth(800)).toEqual([]);
    expect(await sixth(801)).toEqual([['trade', 'sell', 400.5]]);
    expect(await sixth(-900)).toEqual([['trade', 'buy', 450]]);
  });

  it('cancels everything when a call fails, and asks no further', async () => {
    expect(
      await turns(s0Additive, {}, { mid: 60_000 }, { mid: 60_000, hourlyVolatility: 0 }),
    ).toEqual([
      [['mid'], ['cancelAll']],
      [['mid'], ['hourlyVolatility'], ['cancelAll']],
      [['mid'], ['hourlyVolatility'], ['inventoryUsd'], ['cancelAll']],
    ]);
  });
});

describe("S1's bot", () => {
  const quote = (bid: number, ask: number): unknown => ['quote', { bid, ask, sizeUsd: 100 }];

  it('makes four calls every 5 s and quotes 5 bps around the mid, whatever it holds', async () => {
    expect(s1Fixed.pauseMs).toBe(5000);
    const one = [['mid'], ['cancelAll'], quote(59_985, 60_015), ['inventoryUsd']];
    expect(await turns(s1Fixed, calm, { ...calm, inventoryUsd: 299 })).toEqual([one, one]);
  });

  it('hedges everything above three orders, strictly', async () => {
    const [at, above, short] = await turns(
      s1Fixed,
      { ...calm, inventoryUsd: 300 },
      { ...calm, inventoryUsd: 301 },
      { ...calm, inventoryUsd: -301 },
    );
    expect(at).toHaveLength(4);
    expect(above?.slice(4)).toEqual([['hedge', 1]]);
    expect(short?.slice(4)).toEqual([['hedge', 1]]);
  });

  it('rounds to cents, so that a cheap coin has one price for both', async () => {
    expect((await turns(s1Fixed, { mid: 0.15, inventoryUsd: 0 }))[0]?.[2]).toEqual(
      quote(0.15, 0.15),
    );
  });

  it('makes no further call without a price', async () => {
    expect(await turns(s1Fixed, {})).toEqual([[['mid']]]);
  });
});

describe("S2's ladder", () => {
  const orders = (down: number): readonly unknown[] =>
    [
      [48, 100],
      [108, 150],
      [168, 200],
      [228, 250],
      [288, 300],
    ].flatMap(([away = 0, sizeUsd = 0]) => [
      ['order', { side: 'buy', price: 60_000 - down - away, sizeUsd, postOnly: false }],
      ['order', { side: 'sell', price: 60_000 - down + away, sizeUsd, postOnly: false }],
    ]);

  it('is five levels a side, 10 bps apart from 8 bps on, half as large again each', async () => {
    expect(await turns(s2Ladder, calm)).toEqual([
      [['mid'], ['inventoryUsd'], ['cancelAll'], ...orders(0)],
    ]);
  });

  it('moves by half of the half-spread at full inventory', async () => {
    // 0.5 x 0.5 x 48.
    const [asked] = await turns(s2Ladder, { ...calm, inventoryUsd: 500 });
    expect(asked?.slice(3)).toEqual(orders(12));
  });

  it('is left alone until the mid has drifted more than 5 bps, whatever was filled', async () => {
    const [, near, far] = await turns(
      s2Ladder,
      calm,
      { mid: 60_029.99, inventoryUsd: 300 },
      { mid: 59_969.99, inventoryUsd: 0 },
    );
    expect(near).toEqual([['mid'], ['inventoryUsd']]);
    expect(far).toHaveLength(13);
  });

  it('is off on both sides above 90 % of the limit, strictly, and anew below', async () => {
    const [at, above, still, below] = await turns(
      s2Ladder,
      { ...calm, inventoryUsd: 900 },
      { ...calm, inventoryUsd: -901 },
      { ...calm, inventoryUsd: -901 },
      { ...calm, inventoryUsd: -899 },
    );
    expect(at).toHaveLength(13);
    expect(above).toEqual([['mid'], ['inventoryUsd'], ['cancelAll']]);
    expect(still).toEqual(above);
    expect(below).toHaveLength(13);
  });

  it('makes no further call once one has failed', async () => {
    expect(await turns(s2Ladder, {}, { mid: 60_000 })).toEqual([
      [['mid']],
      [['mid'], ['inventoryUsd']],
    ]);
  });
});

describe("S2's grid", () => {
  const order = (side: 'buy' | 'sell', price: number): unknown => [
    'order',
    { side, price, sizeUsd: 100, postOnly: false },
  ];
  const ids = (count: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `o${index + 1}`);
  const buys = [62_000, 62_600, 63_200, 63_800, 64_400];
  const sells = [65_600, 66_200, 66_800, 67_400, 68_000];
  const begun: Said = { mid: 65_000 };

  it('has an order at every level but the mid, ten steps between 62 and 68 65ths of it', async () => {
    expect(await turns(s2Grid, begun)).toEqual([
      [
        ['mid'],
        ['cancelAll'],
        ...buys.map((price) => order('buy', price)),
        ...sells.map((price) => order('sell', price)),
      ],
    ]);
  });

  it('adds up its steps as floats, and so may miss its last level', async () => {
    const levels = async (mid: number): Promise<number> =>
      ((await turns(s2Grid, { mid }))[0]?.length ?? 0) - 2;
    expect(await levels(65_000)).toBe(10);
    const missed = await Promise.all(
      Array.from({ length: 20 }, (_, index) => levels(111_111.5 + index)),
    );
    expect(new Set(missed)).toEqual(new Set([9, 10]));
  });

  it('answers a fill by the opposite order a spacing away, and leaves the rest alone', async () => {
    const [, bought, sold] = await turns(
      s2Grid,
      begun,
      { open: ids(10).filter((id) => id !== 'o5'), status: { o5: 'filled' } },
      { open: ids(11).filter((id) => id !== 'o5' && id !== 'o11'), status: { o11: 'filled' } },
    );
    expect(bought).toEqual([['openOrders'], ['orderStatus', 'o5'], order('sell', 65_000)]);
    expect(sold).toEqual([['openOrders'], ['orderStatus', 'o11'], order('buy', 64_400)]);
  });

  it('has nothing beyond its ends: above the last sell nobody buys', async () => {
    const [, lowest] = await turns(s2Grid, begun, {
      open: ids(10).slice(1, -1),
      status: { o1: 'filled', o10: 'filled' },
    });
    expect(lowest?.slice(3)).toEqual([order('sell', 62_600), order('buy', 67_400)]);
  });

  it('places again what the exchange took off or refused', async () => {
    const [, off, refused, again] = await turns(
      s2Grid,
      begun,
      { open: ids(9), status: { o10: 'cancelled' }, refuses: true },
      { open: ids(9), refuses: true },
      { open: ids(9) },
    );
    expect(off).toEqual([['openOrders'], ['orderStatus', 'o10'], order('sell', 68_000)]);
    expect(refused).toEqual([['openOrders'], order('sell', 68_000)]);
    expect(again).toEqual(refused);
  });

  it('waits for a first price, and for the list of its orders', async () => {
    const [before, , silent] = await turns(s2Grid, {}, begun, {});
    expect(before).toEqual([['mid']]);
    expect(silent).toEqual([['openOrders']]);
  });
});

describe("S3's bot", () => {
  const order = (side: 'buy' | 'sell', price: number): unknown => [
    'order',
    { side, price, sizeUsd: 100, postOnly: true },
  ];

  it('cancels, then places post-only orders 10 bps wide around the mid: five calls', async () => {
    expect(await turns(s3PostOnly, calm)).toEqual([
      [['mid'], ['cancelAll'], ['inventoryUsd'], order('buy', 59_970), order('sell', 60_030)],
    ]);
  });

  it('skews the mid by half of the half-spread at full inventory, and on beyond it', async () => {
    const [long, far] = await turns(
      s3PostOnly,
      { ...calm, inventoryUsd: 400 },
      { ...calm, inventoryUsd: -3000 },
    );
    // 0.5 x 0.4 x 30, and -0.5 x 3 x 30.
    expect(long?.slice(3)).toEqual([order('buy', 59_964), order('sell', 60_024)]);
    expect(far?.slice(3)).toEqual([order('buy', 60_015), order('sell', 60_075)]);
  });

  it('makes no further call once one has failed, and leaves what rests', async () => {
    expect(await turns(s3PostOnly, {}, { mid: 60_000 })).toEqual([
      [['mid']],
      [['mid'], ['cancelAll'], ['inventoryUsd']],
    ]);
  });
});
