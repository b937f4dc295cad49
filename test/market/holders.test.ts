import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profitAndLossOf } from '#shared/accounting/from-ledger.ts';
import { markTo } from '#shared/accounting/profit-and-loss.ts';
import { createMemoryLedger } from '#shared/adapters/memory/ledger.ts';
import { createMemorySessionStore } from '#shared/adapters/memory/session-store.ts';
import type { Fill } from '#shared/domain/books/fill.ts';
import type { StoredFact } from '#shared/domain/books/ledger-entry.ts';
import type { Session } from '#shared/domain/trading/session.ts';
import { epochMs, price } from '#shared/domain/units.ts';
import { sessionOf } from '#shared/market/begin.ts';
import type { Output } from '#shared/market/output.ts';
import { LOT } from '../builders/play/lagging-venue.ts';
import { aLoneFill, LoneMarket, nothingKnown, RULES } from '../builders/play/lone-market.ts';
import { PLAYED } from '../builders/play/market-play.ts';
import { START } from '../builders/market.ts';

const MARK = price(100_000);

/** What the venue did: each holder is shown some of it, in any order. */
const FILLS: readonly Fill[] = Array.from({ length: 4 }, (_, index) =>
  aLoneFill({
    id: `f${index}`,
    at: epochMs(START + index),
    side: index % 3 === 0 ? 'sell' : 'buy',
    price: price(99_990 + 5 * index),
  }),
);

type How = 'start' | 'begin anew';

/** One market's tables, and whoever holds it, one after the other. */
class Tables {
  readonly ledger = createMemoryLedger();
  readonly sessions = createMemorySessionStore();

  /** Whoever comes after that one: another, or itself, begun anew under the same lease. */
  async next(after: Holder | undefined, how: How): Promise<Holder> {
    if (how === 'begin anew') after?.die();
    const fence = (after?.fence ?? 0) + (how === 'start' ? 1 : 0);
    const lastFact = how === 'start' ? 0 : (after?.session().lastFact ?? 0);
    const loaded = await this.sessions.load(PLAYED);
    const facts = await this.ledger.read(PLAYED, epochMs(0), epochMs(START + 86_400_000));
    const saved = loaded.kind === 'loaded' ? loaded.session : undefined;
    return new Holder(this, saved, facts, fence, lastFact);
  }
}

/** One who trades the market: books what it is shown, and writes it down in its order. */
class Holder {
  readonly #tables: Tables;
  readonly #market: LoneMarket;
  readonly fence: number;
  readonly #rules: typeof RULES;
  readonly #unwritten: StoredFact[] = [];
  #copy: Session | undefined;
  alive = true;

  constructor(
    tables: Tables,
    saved: Session | undefined,
    facts: readonly StoredFact[],
    fence: number,
    lastFact: number,
  ) {
    this.#tables = tables;
    this.fence = fence;
    this.#rules = { ...RULES, fence };
    this.#market = new LoneMarket({ ...nothingKnown(), saved, facts, lastFact }, this.#rules);
    this.#take(this.#market.outputs);
    // Everybody sees another mid: whose is booked shows in the parts.
    this.#take(this.#market.look(0, { mid: MARK + 20 * fence }));
  }

  list(fills: readonly Fill[]): void {
    if (this.alive) this.#take(this.#market.fills(fills));
  }

  /** The oldest that is not durable becomes so, also when nobody waits for it any more. */
  async append(): Promise<void> {
    const fact = this.#unwritten.shift();
    if (fact === undefined) return;
    const answer = await this.#tables.ledger.append(fact);
    if (!this.alive) return;
    const earlier = answer.kind === 'already-there' ? answer.stored : undefined;
    // The books held something else until now: a copy of before is not saved.
    if (earlier !== undefined) this.#copy = undefined;
    this.#take(this.#market.hear({ kind: 'recorded', number: fact.number, earlier }));
  }

  copy(): void {
    if (this.alive) this.#copy = this.session();
  }

  session(): Session {
    return sessionOf(this.#market.state, 'g', START, this.#rules);
  }

  async save(): Promise<void> {
    const copy = this.#copy;
    const [first] = this.#unwritten;
    if (!this.alive || copy === undefined) return;
    if (first === undefined || first.number > copy.lastFact) await this.#tables.sessions.save(copy);
  }

  async settle(): Promise<void> {
    while (this.#unwritten.length > 0) await this.append();
    this.copy();
    await this.save();
  }

  die(): void {
    this.alive = false;
  }

  #take(outputs: readonly Output[]): void {
    for (const output of outputs) if (output.kind === 'record') this.#unwritten.push(output.fact);
  }
}

const DEEDS = {
  append: (holder: Holder) => holder.append(),
  copy: async (holder: Holder) => holder.copy(),
  save: (holder: Holder) => holder.save(),
  settle: (holder: Holder) => holder.settle(),
  die: async (holder: Holder) => holder.die(),
};

/** Of the last three holders one does something, or another follows the last. */
const deed = fc.oneof(
  fc.record({
    what: fc.constant('list' as const),
    who: fc.nat(2),
    fill: fc.constantFrom(...FILLS),
  }),
  fc.record({
    what: fc.constantFrom(
      'append' as const,
      'settle' as const,
      'copy' as const,
      'save' as const,
      'die' as const,
    ),
    who: fc.nat(2),
  }),
  fc.record({
    what: fc.constant('next' as const),
    how: fc.constantFrom('start' as const, 'begin anew' as const),
  }),
);

const stories = fc.array(deed, { minLength: 4, maxLength: 30 });

type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

const lists = (who: number, index: number): Deed => ({ what: 'list', who, fill: FILLS[index]! });
const does = (who: number, what: keyof typeof DEEDS): Deed => ({ what, who });
const next = (how: How): Deed => ({ what: 'next', how });

/** What the first has on its way arrives when the second has books of its own, saved or not. */
const ARRIVES_LATE = (['start', 'begin anew'] as const).flatMap((how) => {
  const late = [lists(0, 0), next(how), lists(0, 1), does(1, 'append')];
  return [
    [...late, does(0, 'settle')],
    [...late, does(0, 'append')],
    [...late, does(0, 'settle'), next('start'), does(0, 'settle')],
    [...late, lists(0, 0), does(0, 'settle')],
  ];
});

describe('holders of a market, one after the other', () => {
  it('have in their totals each fact of the ledger once, whenever it was written (E1)', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const tables = new Tables();
        const holders: Holder[] = [];
        const startNext = async (how: How): Promise<void> =>
          void holders.push(await tables.next(holders.at(-1), how));
        await startNext('start');
        // Nobody trades a market that was never saved.
        await holders[0]?.settle();
        for (const done of story) {
          if (done.what === 'next') {
            await startNext(done.how);
            continue;
          }
          const holder = holders[Math.max(0, holders.length - 1 - done.who)]!;
          if (done.what === 'list') holder.list([done.fill]);
          else await DEEDS[done.what](holder);
        }
        await startNext('start');
        const last = holders.at(-1)!;
        const known = last.session().pnl;
        const before = tables.ledger.all().map(({ entry }) => entry);
        expect(rounded(markTo(known, MARK))).toEqual(rounded(profitAndLossOf(before, LOT, MARK)));
        last.list(FILLS);
        await last.settle();
        const all = tables.ledger.all().map(({ entry }) => entry);
        expect(all).toHaveLength(FILLS.length);
        const { pnl, markouts } = last.session();
        expect(markouts.pending.map(({ fillId }) => fillId).toSorted()).toEqual(
          FILLS.map(({ id }) => id),
        );
        expect(rounded(markTo(pnl, MARK))).toEqual(rounded(profitAndLossOf(all, LOT, MARK)));
      }),
      { numRuns: 1000, examples: ARRIVES_LATE.map((story) => [story]) },
    );
  });
});

/** The average entry hangs on the order of booking; the money does not. */
const rounded = ({ position, ...parts }: Session['pnl']): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries({ ...parts, position: position.size }).map(([name, value]) => [
      name,
      Math.round((value ?? 0) * 1e6) / 1e6 + 0,
    ]),
  );
