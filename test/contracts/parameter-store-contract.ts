import { afterEach, describe, expect, it } from 'vitest';
import type { MarketId } from '#shared/domain/venue/market-id.ts';
import {
  describeProblems,
  type ParameterReading,
} from '#shared/domain/parameters/parameter-reading.ts';
import { epochMs } from '#shared/domain/units.ts';
import type { ParameterStore } from '#shared/ports/stores/parameter-store.ts';
import { defaultParameters } from '#shared/schema/parameters/parameters.ts';
import { freshMarket } from '#test/builders/fresh-market.ts';

export interface Edited {
  readonly store: ParameterStore;
  /** What a person does at the table: replaces an item whole. */
  readonly put: (item: string, attributes: Readonly<Record<string, unknown>>) => Promise<void>;
}

const refusal = (reading: ParameterReading): readonly string[] =>
  reading.kind === 'refused' ? describeProblems(reading) : [];

/** What every ParameterStore keeps. */
export function describesAParameterStore(create: () => Edited): void {
  describe('as a parameter store', () => {
    afterEach(async () => create().put('DEFAULT', {}));
    describesReading(create);
    describesAudit(create);
    describesEditing(create);
  });
}

function describesReading(create: () => Edited): void {
  it('reads the built-in defaults where nobody wrote anything', async () => {
    expect(await create().store.read(freshMarket())).toStrictEqual(defaultParameters());
  });

  it('merges DEFAULT and the market, the market over DEFAULT, and sees an edit at the next reading', async () => {
    const { store, put } = create();
    const market = freshMarket();
    await put('DEFAULT', { baseSpreadBps: 7, skewFactor: 0.3 });
    await put(market, { baseSpreadBps: 9 });
    expect(await store.read(market)).toMatchObject({
      values: { baseSpreadBps: 9, skewFactor: 0.3 },
    });
    await put('DEFAULT', {});
    await put(market, { baseSpreadBps: 10 });
    expect(await store.read(market)).toMatchObject({
      values: { baseSpreadBps: 10, skewFactor: 0.5 },
    });
  });

  it('says of each problem name, value and what is allowed, and where to correct it', async () => {
    const { store, put } = create();
    const market = freshMarket();
    await put('DEFAULT', { skewFactor: 2, baseSpredBps: 5 });
    await put(market, { quoteSizeUsd: 1e20 });
    expect(await store.read(market)).toMatchObject({
      kind: 'refused',
      mode: 'other',
      problems: [
        { name: 'skewFactor', value: 2, allowed: '0 to 1', item: 'DEFAULT' },
        { name: 'baseSpredBps', value: 5, near: 'baseSpreadBps', item: 'DEFAULT' },
        { name: 'quoteSizeUsd', value: 1e20, allowed: '1 to 10000000', item: market },
      ],
    });
    expect(refusal(await store.read(market))).toEqual([
      'skewFactor is 2; allowed: 0 to 1 (in item DEFAULT)',
      'baseSpredBps is not a parameter (did you mean "baseSpreadBps"?) (in item DEFAULT)',
      `quoteSizeUsd is 100000000000000000000; allowed: 1 to 10000000 (in item ${market})`,
    ]);
  });

  it('says what to write for a number written as text', async () => {
    const { store, put } = create();
    const market = freshMarket();
    await put(market, { baseSpreadBps: '5', allowBelowCost: 'true', mode: 1 });
    const reading = await store.read(market);
    expect(reading).toMatchObject({ kind: 'refused', mode: 'unreadable' });
    expect(refusal(reading).toSorted()).toEqual([
      `allowBelowCost is "true"; allowed: true, false, as a boolean (type BOOL), not a text (in item ${market})`,
      `baseSpreadBps is "5"; allowed: 0.1 to 1000, as a number (type N), not a text (in item ${market})`,
      `mode is 1; allowed: off, paper, live, as a text (type S) (in item ${market})`,
    ]);
  });

  it('names the market where it overrides DEFAULT with something wrong, and accepts where it overrides something wrong', async () => {
    const { store, put } = create();
    const market = freshMarket();
    await put('DEFAULT', { skewFactor: 0.3 });
    await put(market, { skewFactor: 2 });
    expect(refusal(await store.read(market))).toEqual([
      `skewFactor is 2; allowed: 0 to 1 (in item ${market})`,
    ]);
    await put('DEFAULT', { skewFactor: 2 });
    await put(market, { skewFactor: 0.3 });
    expect(await store.read(market)).toMatchObject({
      kind: 'accepted',
      values: { skewFactor: 0.3 },
    });
  });

  it('refuses values that contradict each other', async () => {
    const { store, put } = create();
    const market = freshMarket();
    await put(market, { minSpreadBps: 60 });
    expect(refusal(await store.read(market))).toEqual([
      `minSpreadBps is 60; allowed: at most maxSpreadBps, which is 50 (in item ${market})`,
    ]);
  });

  it('refuses whatever else a person can put into an attribute', async () => {
    const { store, put } = create();
    const market = freshMarket();
    await put(market, {
      levels: null,
      mode: new Set(['live']),
      skewFactor: { N: 1 },
      hedgeFraction: [0.5],
      takerFeeBps: null,
    });
    expect(refusal(await store.read(market))).toHaveLength(5);
  });
}

function describesAudit(create: () => Edited): void {
  it('keeps each version once, with what it changed, and gives an accepted one back', async () => {
    const { store, put } = create();
    const market = freshMarket();
    await put(market, { baseSpreadBps: 6, takerFeeBps: 4.5 });
    const good = await store.read(market);
    await put(market, { baseSpreadBps: -1 });
    const bad = await store.read(market);
    expect(await store.recorded(market, good.version)).toBeUndefined();
    await store.record(market, good, epochMs(1000), ['baseSpreadBps 5 -> 6']);
    await store.record(market, bad, epochMs(2000), []);
    await store.record(market, good, epochMs(3000), ['again']);
    if (good.kind !== 'accepted') throw new Error('refused');
    expect(await store.recorded(market, good.version)).toStrictEqual(good.values);
    expect(await store.recorded(market, bad.version)).toBeUndefined();
    expect(await store.recorded(freshMarket(), good.version)).toBeUndefined();
    const [newest, oldest] = [
      {
        version: bad.version,
        firstSeenAt: 2000,
        changes: [],
        problems: [`baseSpreadBps is -1; allowed: 0.1 to 1000 (in item ${market})`],
      },
      {
        version: good.version,
        firstSeenAt: 1000,
        changes: ['baseSpreadBps 5 -> 6'],
        problems: [],
      },
    ];
    expect(await store.history(market, 9)).toEqual([newest, oldest]);
    expect(await store.history(market, 1)).toEqual([newest]);
    expect(await store.history(freshMarket(), 9)).toEqual([]);
  });
}

function describesEditing(create: () => Edited): void {
  const edit = async (
    store: ParameterStore,
    target: MarketId | 'DEFAULT',
    attributes: Readonly<Record<string, unknown>>,
  ) => store.write(target, attributes, (await store.written(target)).version);

  it('merges an edit into the item, and takes out what it leaves undefined', async () => {
    const { store } = create();
    const market = freshMarket();
    expect(await edit(store, market, { baseSpreadBps: 6, skewFactor: 0.2 })).toEqual({
      kind: 'written',
    });
    const later = { skewFactor: undefined, quietWindows: ['13:25-13:40'] };
    expect(await edit(store, market, later)).toEqual({ kind: 'written' });
    expect((await store.written(market)).attributes).toEqual({
      baseSpreadBps: 6,
      quietWindows: ['13:25-13:40'],
    });
    expect(await store.read(market)).toMatchObject({ values: { baseSpreadBps: 6 } });
  });

  it('writes nothing over what somebody else has written since', async () => {
    const { store, put } = create();
    const market = freshMarket();
    await put(market, { baseSpreadBps: 6 });
    const { version } = await store.written(market);
    await put(market, { baseSpreadBps: 6, skewFactor: 0.1 });
    expect(await store.write(market, { baseSpreadBps: 7 }, version)).toEqual({
      kind: 'changed-meanwhile',
    });
    expect((await store.written(market)).attributes).toEqual({ baseSpreadBps: 6, skewFactor: 0.1 });
  });

  it('refuses an edit as a whole when the market could not be read with it', async () => {
    const { store } = create();
    const market = freshMarket();
    const answer = await edit(store, market, { baseSpreadBps: 6, skewFactor: 7 });
    expect(answer).toMatchObject({
      kind: 'refused',
      problems: [{ name: 'skewFactor', value: 7, allowed: '0 to 1' }],
    });
    expect((await store.written(market)).attributes).toEqual({});
  });

  it('refuses an edit of DEFAULT that a market could not be read with, and names it', async () => {
    const { store, put } = create();
    const [market, broken] = [freshMarket(), freshMarket()];
    await put(broken, { skewFactor: 7 });
    await put(market, { maxSpreadBps: 20 });
    expect(await edit(store, 'DEFAULT', { minSpreadBps: 30 })).toMatchObject({
      kind: 'refused',
      problems: [{ name: 'minSpreadBps', value: 30, allowed: 'at most maxSpreadBps, which is 20' }],
    });
    // One that was wrong before does not stand in the way.
    expect(await edit(store, 'DEFAULT', { minSpreadBps: 10 })).toEqual({ kind: 'written' });
    await put(broken, {});
    await put(market, {});
  });

  it('never refuses to switch off, whatever else stands in the item', async () => {
    const { store, put } = create();
    const market = freshMarket();
    await put(market, { baseSpredBps: 7 });
    expect(await edit(store, market, { baseSpreadBps: 7 })).toMatchObject({ kind: 'refused' });
    expect(await edit(store, market, { mode: 'off' })).toEqual({ kind: 'written' });
    expect(await store.read(market)).toMatchObject({ kind: 'refused', mode: 'off' });
  });
}
