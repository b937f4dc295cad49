import { describe, expect, it } from 'vitest';
import type { ControlStore } from '#shared/ports/stores/control-store.ts';
import type { HaltStore } from '#shared/ports/stores/halt-store.ts';
import type { TiltStore } from '#shared/ports/stores/tilt-store.ts';
import { describeProblems, stopsTrading } from '#shared/domain/parameters/parameter-reading.ts';
import { symbolOf } from '#shared/domain/venue/market-id.ts';
import { freshMarket } from '#test/builders/fresh-market.ts';
import { aHalt } from './halt-store-contract.ts';
import { aTilt } from './tilt-store-contract.ts';

export interface Controlled {
  readonly store: ControlStore;
  /** What a person does at the table: replaces an item whole. */
  readonly put: (item: string, attributes: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly tilts: TiltStore;
  readonly halts: HaltStore;
}

/** What every ControlStore keeps. */
export function describesAControlStore(create: () => Controlled): void {
  describe('as a control store', () => {
    it('brings parameters, tilt and halt of each market that was asked for, and of no other', async () => {
      const { store, put, tilts, halts } = create();
      const [quiet, tilted, halted] = [freshMarket(), freshMarket(), freshMarket()];
      await put(tilted, { baseSpreadBps: 9 });
      await tilts.set(aTilt(tilted));
      await halts.put(aHalt(halted));
      const controls = await store.read([quiet, tilted, halted]);
      expect([...controls.keys()]).toEqual([quiet, tilted, halted]);
      expect(controls.get(quiet)).toMatchObject({ parameters: { kind: 'accepted' }, unread: [] });
      expect(controls.get(quiet)?.tilt).toBeUndefined();
      expect(controls.get(quiet)?.halt).toBeUndefined();
      expect(controls.get(tilted)).toMatchObject({
        parameters: { values: { baseSpreadBps: 9 } },
        tilt: aTilt(tilted),
        halt: undefined,
      });
      expect(controls.get(halted)).toMatchObject({ tilt: undefined, halt: aHalt(halted) });
    });

    it('sees an edit at the next reading, and the same reading while nothing is edited', async () => {
      const { store, put } = create();
      const market = freshMarket();
      const read = async () => (await store.read([market])).get(market)?.parameters;
      const first = await read();
      expect(await read()).toBe(first);
      await put(market, { baseSpreadBps: 9 });
      expect(await read()).toMatchObject({ values: { baseSpreadBps: 9 } });
      await put(market, { baseSpreadBps: 8 });
      expect(await read()).toMatchObject({ values: { baseSpreadBps: 8 } });
    });

    it.each([['off'], ['OFF '], [false], [7]])(
      'stops every market of a symbol whose own item says %j for mode, and names it',
      async (mode) => {
        const { store, put } = create();
        const market = freshMarket();
        await put(symbolOf(market), { mode });
        const reading = (await store.read([market])).get(market)!.parameters;
        expect(stopsTrading(reading)).toBe(true);
        expect(reading.kind === 'refused' ? describeProblems(reading) : []).toEqual([
          expect.stringMatching(
            `allowed: in item ${market}; .* \\(in item ${symbolOf(market)}\\)$`,
          ),
        ]);
        await put(symbolOf(market), {});
        expect(stopsTrading((await store.read([market])).get(market)!.parameters)).toBe(false);
      },
    );

    it('names an item under the bare symbol that says nothing of off, and goes on without it', async () => {
      const { store, put } = create();
      const market = freshMarket();
      await put(symbolOf(market), { baseSpreadBps: 99 });
      const control = (await store.read([market])).get(market)!;
      expect(control.unread).toEqual([
        `item ${symbolOf(market)} is read by no market (did you mean "${market}"?)`,
      ]);
      expect(control.parameters).toMatchObject({ kind: 'accepted', values: { baseSpreadBps: 5 } });
    });

    it('asks for more markets than one request may name', async () => {
      const { store, halts } = create();
      const markets = Array.from({ length: 45 }, freshMarket);
      for (const market of markets) await halts.put(aHalt(market));
      const controls = await store.read(markets);
      expect(controls.size).toBe(45);
      for (const market of markets) expect(controls.get(market)?.halt).toStrictEqual(aHalt(market));
    });
  });
}
