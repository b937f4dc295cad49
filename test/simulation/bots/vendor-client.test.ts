import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { closeExchanges } from '#test/floors/exchange-over-http.ts';
import { inProcess, KEY, overHttp, play, stories, SYMBOL, TRADING } from './script-play.ts';

afterAll(closeExchanges);

describe("a script's calls in process", () => {
  it('do and answer what the face of the exchange does and answers over HTTP', async () => {
    const met = new Set<unknown>();
    await fc.assert(
      fc.asyncProperty(stories, async (steps) => {
        const story = [...steps, { do: 'ask' } as const];
        const [near, far] = [inProcess(), await overHttp()];
        const seen = await play(near, story);
        expect(seen).toEqual(await play(far, story));
        const fills = near.exchange.account(KEY).fills(SYMBOL);
        expect(fills).toEqual(far.exchange.account(KEY).fills(SYMBOL));
        expect(near.exchange.equityUsd(KEY)).toBe(far.exchange.equityUsd(KEY));
        for (const what of [...seen, ...fills.map(({ liquidity }) => liquidity)]) met.add(what);
      }),
      { numRuns: 60, examples: [[TRADING]] },
    );
    // Else it compared quiet markets only.
    expect([...met]).toEqual(
      expect.arrayContaining([
        'maker',
        'taker',
        'placed',
        'filled',
        'INVALID_REQUEST',
        'POST_ONLY_WOULD_CROSS',
        'NOTHING_TO_HEDGE',
      ]),
    );
  });
});
