import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BrainMemory } from '#shared/domain/trading/brain-memory.ts';
import { price, size } from '#shared/domain/units.ts';
import { recallBrain, rememberBrain } from '#shared/strategy/brain-memory.ts';
import { BRAIN_MEMORIES, type BrainState, MEMORY_NAMES } from '#shared/strategy/brain-state.ts';
import { decide } from '#shared/strategy/decide.ts';
import { figuresOf, wantedOf } from '#shared/strategy/decision.ts';
import { everything } from '#test/bench/decisions.ts';
import { looks } from '#test/bench/looks.ts';
import {
  aBrain,
  aCheckedBook,
  after,
  aQuoteFill,
  aSpec,
  aView,
  parameters,
} from '#test/builders/market.ts';
import { MODELS } from './decisions.ts';

/**
 * What a market that keeps everything busy has taught, for each model, after more and more looks.
 */
const taught: readonly BrainState[] = MODELS.flatMap((model, index) => {
  const views = looks(index + 1);
  let state = aBrain;
  return Array.from({ length: 300 }, () => {
    ({ state } = decide(views.next().value, state, everything(model)));
    return state;
  }).filter((_, look) => look % 23 === 0);
});
const states = fc.constantFrom(aBrain, ...taught);
const names = fc.constantFrom(...MEMORY_NAMES);
type Name = (typeof MEMORY_NAMES)[number];

type Json = { [name: string]: unknown };
const partsOf = ({ json }: BrainMemory): Record<string, Json> =>
  JSON.parse(json) as Record<string, Json>;
const withPart = (state: BrainState, name: Name, part: unknown): BrainState => {
  const memory = rememberBrain(state);
  return recallBrain({ ...memory, json: JSON.stringify({ ...partsOf(memory), [name]: part }) });
};
const others = (state: BrainState, name: Name): Partial<BrainState> => ({
  ...state,
  [name]: undefined,
  solved: undefined,
});

/** Every place in a tree, by the names that lead to it. */
const placesIn = (tree: unknown, way: readonly string[] = []): (readonly string[])[] =>
  typeof tree === 'object' && tree !== null
    ? [way, ...Object.entries(tree).flatMap(([name, branch]) => placesIn(branch, [...way, name]))]
    : [way];
const planted = (tree: unknown, [first, ...way]: readonly string[], fruit: unknown): unknown => {
  if (first === undefined) return fruit;
  const copy: Json | unknown[] = Array.isArray(tree)
    ? [...(tree as unknown[])]
    : { ...(tree as Json) };
  Object.assign(copy, { [first]: planted((tree as Json)[first], way, fruit) });
  return copy;
};

describe('the saved brain', () => {
  it('is recalled as it was remembered, but for what can be solved again', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(recallBrain(rememberBrain(state))).toEqual({ ...state, solved: undefined });
      }),
    );
  });

  it('begins anew when nothing was saved, or in a form that nobody knows', () => {
    expect(recallBrain(undefined)).toEqual(aBrain);
    expect(recallBrain({ ...rememberBrain(taught.at(-1)!), version: 'brain-0' })).toEqual(aBrain);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (json) => {
        expect(recallBrain({ ...rememberBrain(aBrain), json })).toEqual(aBrain);
      }),
    );
  });

  it.each(MEMORY_NAMES)('learns %s anew alone when another version saved it', (name) => {
    const version = BRAIN_MEMORIES[name].version + 1;
    for (const state of taught) {
      const recalled = withPart(state, name, { version, state: state[name] });
      expect(recalled[name]).toEqual(aBrain[name]);
      expect(others(recalled, name)).toEqual(others(state, name));
    }
  });

  it('learns a part anew alone that was not saved, or is garbage', () => {
    const garbage = fc.oneof(
      fc.jsonValue(),
      fc.record({ version: fc.constant(1), state: fc.jsonValue() }),
    );
    fc.assert(
      fc.property(states, names, fc.option(garbage, { nil: undefined }), (state, name, part) => {
        const recalled = withPart(state, name, part);
        expect(others(recalled, name)).toEqual(others(state, name));
        const { isState } = BRAIN_MEMORIES[name];
        const kept: unknown = (part as Partial<Json> | null | undefined)?.['state'];
        expect(recalled[name]).toEqual(isState(kept) ? kept : aBrain[name]);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[Name, readonly string[], number]>([
    ['volatility', ['returns', 'squaresMs'], 0],
    ['volatility', ['returns', 'productsMs'], 0],
    ['reach', ['distance'], 0],
    ['reach', ['seconds'], 0],
    ['tail', ['markets', 'at'], 0],
    ['grid', ['grid', 'range', 'lowerPrice'], 200_000],
    ['grid', ['grid', 'range', 'count'], 1e9],
    ['grid', ['grid', 'size'], 1e-9],
    ['last', ['mid'], 0],
  ])('refuses %s with %j of %d, which does not go with the rest of it', (name, way, value) => {
    const state = taught.at(-1)!;
    const part = partsOf(rememberBrain(state))[name]!['state'];
    expect(withPart(state, name, { version: 1, state: part })[name]).toEqual(state[name]);
    const spoiled = planted(part, way, value);
    expect(withPart(state, name, { version: 1, state: spoiled })[name]).toEqual(aBrain[name]);
  });

  it('keeps what the first looks teach, before there is a return or a product of two', () => {
    const views = looks(3);
    let state = aBrain;
    for (let look = 0; look < 4; look += 1) {
      ({ state } = decide(views.next().value, state, everything('fixed')));
      expect(recallBrain(rememberBrain(state))).toEqual({ ...state, solved: undefined });
    }
  });

  it('refuses a part with something in it that cannot be, wherever it is, and decides with what is left', () => {
    const views = looks(9);
    const view = views.next().value;
    const fruits = fc.oneof(
      fc.constantFrom<unknown>('x', null, [], {}, [[]], { at: 'x' }),
      fc.constantFrom<unknown>(-1e300, -1e15, -1, 0, 5e-324, 1e-9, 1, 1e9, 1e13, 1e15, 1e300),
    );
    let refused = 0;
    fc.assert(
      fc.property(states, names, fc.nat(), fruits, (state, name, at, fruit) => {
        const part = partsOf(rememberBrain(state))[name]!['state'];
        const places = placesIn(part);
        const spoiled = planted(part, places[at % places.length]!, fruit);
        const recalled = withPart(state, name, { version: 1, state: spoiled });
        expect(others(recalled, name)).toEqual(others(state, name));
        expect(BRAIN_MEMORIES[name].isState(recalled[name])).toBe(true);
        if (JSON.stringify(recalled[name]) === JSON.stringify(aBrain[name])) refused += 1;
        for (const model of MODELS) {
          const decision = decide(view, recalled, everything(model));
          const made = [
            wantedOf(decision).quotes,
            figuresOf(decision),
            decision.reasons,
            decision.state,
          ];
          expect(JSON.stringify(made)).not.toMatch(/NaN|Infinity|null/);
          expect(recallBrain(rememberBrain(decision.state)).last?.at).toBe(view.now);
        }
      }),
      { numRuns: 1000 },
    );
    expect(refused).toBeGreaterThan(200);
  });
});

describe('the brain', () => {
  it('stays of one size, however long it decides', () => {
    const sizes: number[] = [];
    let state = aBrain;
    for (let look = 1; look <= 3000; look += 1) {
      const now = after(look * 3000);
      const mid = 100 + Math.sin(look / 50);
      const side = look % 2 === 0 ? 'buy' : 'sell';
      const view = aView({
        now,
        spec: aSpec({ tick: 0.01, lot: 0.001 }),
        book: aCheckedBook(
          [{ price: mid - 0.01, size: 5 }],
          [{ price: mid + 0.01, size: 5 + (look % 3) }],
          now,
        ),
        trades: [
          { at: now, side, price: price(mid + (side === 'buy' ? 0.05 : -0.05)), size: size(1) },
        ],
        fills: [
          aQuoteFill({
            id: `f${look}`,
            at: now,
            side,
            price: price(mid),
            size: size(0.1),
            orderId: `o${look}`,
            placedAt: after(look * 3000 - 2000),
          }),
        ],
        peers: { [`M${look % 5}-PERP`]: { mid: mid * 2, at: now } },
      });
      state = decide(view, state, parameters({ spreadModel: 'glft', levels: 3 })).state;
      sizes.push(rememberBrain(state).json.length);
    }
    expect(Math.max(...sizes.slice(2000))).toBeLessThan(Math.max(...sizes.slice(200, 1000)) * 1.2);
    expect(Math.max(...sizes)).toBeLessThan(12_000);
  });
});
