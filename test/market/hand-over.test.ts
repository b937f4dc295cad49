import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markoutFigures } from '#shared/accounting/markout-figures.ts';
import { createMemorySessionStore } from '#shared/adapters/memory/session-store.ts';
import { failed } from '#shared/domain/failure.ts';
import type { Fill } from '#shared/domain/books/fill.ts';
import { onLot } from '#shared/domain/order/grid.ts';
import type { HedgeOutcome, HedgeRecord } from '#shared/domain/trading/hedge.ts';
import type { StoredFact } from '#shared/domain/books/ledger-entry.ts';
import { MARKOUT_HORIZONS_MS } from '#shared/domain/books/markouts.ts';
import { signOf } from '#shared/domain/order/side.ts';
import { epochMs, price, size, usd } from '#shared/domain/units.ts';
import { type Known, sessionOf } from '#shared/market/begin.ts';
import type { Output } from '#shared/market/output.ts';
import { LOT } from '../builders/play/lagging-venue.ts';
import { aLoneFill, kinds, LoneMarket, nothingKnown, RULES } from '../builders/play/lone-market.ts';
import { PLAYED } from '../builders/play/market-play.ts';
import { aPosition } from '../builders/market.ts';

const KNOWN = nothingKnown({ hedgeThresholdUsd: 100, hedgeThresholdRatio: 1 });
/** The market is too wide to quote: nothing of ours is on its way. */
const SEEN_ONLY = nothingKnown({ maxMarketSpreadBps: 0.1 });
const STEP_MS = 10_000;

/**
 * A market far beyond its threshold, whose hedges end as told, with the row and the venue's word.
 */
class Breached {
  market = new LoneMarket(KNOWN);
  #row: HedgeRecord | undefined;
  #held = 0;
  #fence = RULES.fence;
  readonly #facts: StoredFact[] = [];
  readonly #sessions = createMemorySessionStore();
  /** What traded, and from which step on it is listed. */
  readonly #traded: { readonly fill: Fill; readonly from: number }[] = [];
  readonly breaches: number[] = [];

  constructor() {
    this.#trade('buy', 'maker', 0.009, 0);
    this.#look(0, 0);
  }

  /** The hedge that is open ends so; what it took off is listed some steps later. */
  ends(step: number, { outcome, lots, listedAfter }: Ending): void {
    if (this.#row?.status.kind !== 'open') return;
    if (lots > 0) this.#trade('sell', 'taker', lots / 1000, step + listedAfter);
    const reducedUsd = usd(lots * 100);
    const told: HedgeOutcome =
      outcome === 'hedged'
        ? { kind: outcome, reducedUsd, inventoryUsd: usd(0) }
        : { kind: 'gave-up', reason: outcome };
    this.#row = { ...this.#row, status: { kind: 'done', outcome: told, at: this.market.at } };
  }

  async handOver(): Promise<void> {
    const { market } = this;
    await this.#sessions.save(sessionOf(market.state, 'g', market.at, market.rules));
    const loaded = await this.#sessions.load(PLAYED);
    if (loaded.kind !== 'loaded') throw new Error('nothing was saved');
    this.#fence += 1;
    const known = { ...KNOWN, facts: this.#facts, hedge: this.#row, held: aPosition(this.#held) };
    this.market = new LoneMarket(
      { ...known, saved: loaded.session },
      { ...market.rules, fence: this.#fence },
      market.at,
    );
    this.#take(this.market.outputs, -1);
  }

  /** The row is read, then comes a look. */
  step(step: number): void {
    const { open } = this.market.state.hedge;
    const status = this.#row?.status;
    if (open !== undefined && status?.kind === 'done') {
      const { outcome } = status;
      const { side, reducedUsd } =
        outcome.kind === 'hedged' ? outcome : { side: undefined, reducedUsd: usd(0) };
      const answer = { kind: 'hedge', open: false, id: open.id, outcome: outcome.kind } as const;
      this.#take(this.market.hear({ ...answer, side, reducedUsd }), step);
    }
    this.#look(step, STEP_MS);
  }

  #look(step: number, afterMs: number): void {
    const listed = this.#traded.filter(({ from }) => from <= step).map(({ fill }) => fill);
    this.#take(this.market.look(afterMs, { held: this.#held }, listed), step);
  }

  #trade(side: 'buy' | 'sell', liquidity: 'maker' | 'taker', amount: number, from: number): void {
    const id = `f${this.#traded.length}`;
    const at = epochMs(this.market.at + 1);
    const fill = aLoneFill({ id, at, side, liquidity, size: size(amount) });
    this.#traded.push({ fill, from });
    this.#held += side === 'buy' ? amount : -amount;
  }

  #take(outputs: readonly Output[], step: number): void {
    for (const output of outputs) {
      if (output.kind === 'record') {
        this.#facts.push(output.fact);
        const { number } = output.fact;
        this.market.hear({ kind: 'recorded', number, earlier: undefined });
      }
      if (output.kind === 'breach' && this.#row?.intent.id !== output.intent.id) {
        this.#row = { intent: output.intent, status: { kind: 'open' }, attempt: undefined };
        this.breaches.push(step);
      }
    }
  }
}

interface Ending {
  readonly outcome: 'hedged' | 'no room' | 'no answer';
  readonly lots: number;
  readonly listedAfter: number;
}

const ending: fc.Arbitrary<Ending> = fc.record({
  outcome: fc.constantFrom('hedged', 'no room', 'no answer'),
  lots: fc.constantFrom(0, 0, 1),
  listedAfter: fc.nat(5),
});

/** Where each hedge stands, step by step, and after which steps the market is handed over. */
const stories = fc.record({
  endings: fc.array(fc.option(ending, { nil: undefined, freq: 2 }), {
    minLength: 30,
    maxLength: 90,
  }),
  handedOver: fc.uniqueArray(fc.nat(89), { maxLength: 3 }),
});

async function breachesOf(
  endings: readonly (Ending | undefined)[],
  handedOver: readonly number[],
): Promise<readonly number[]> {
  const played = new Breached();
  for (const [step, how] of endings.entries()) {
    if (how !== undefined) played.ends(step, how);
    if (handedOver.includes(step)) await played.handOver();
    played.step(step);
  }
  return played.breaches;
}

/** The market of somebody else, as the one before saved it, some time later. */
function heir(market: LoneMarket, over: Partial<Known> = {}, afterMs = 1000): LoneMarket {
  const saved = sessionOf(market.state, 'g', market.at, market.rules);
  const at = epochMs(market.at + afterMs);
  return new LoneMarket({ ...KNOWN, ...over, saved }, { ...RULES, fence: 2 }, at);
}

const second = fc.record({
  waitMs: fc.integer({ min: 3000, max: 9000 }),
  mid: fc.integer({ min: 99_900, max: 100_100 }),
  fill: fc.option(
    fc.record({
      side: fc.constantFrom('buy' as const, 'sell' as const),
      liquidity: fc.constantFrom('maker' as const, 'taker' as const),
      price: fc.integer({ min: 99_900, max: 100_100 }).map(price),
    }),
    { nil: undefined, freq: 2 },
  ),
});

type Second = typeof second extends fc.Arbitrary<infer T> ? T : never;

/** Fills and mids as told; somebody else goes on with what was saved before those steps. */
function measured(seconds: readonly Second[], handedOver: readonly number[]): LoneMarket {
  let market = new LoneMarket(SEEN_ONLY);
  let shown = { mid: 100_000, held: 0 };
  const listed: Fill[] = [];
  const facts: StoredFact[] = [];
  const look = (afterMs: number): void => {
    const { mid, held } = shown;
    // Told of before the mid of their look, whoever asks for them.
    const outputs = [market.time(afterMs), market.fills(listed), market.book(mid)].flat();
    for (const output of [...outputs, ...market.account({ held }), ...market.fills(listed)])
      if (output.kind === 'record') facts.push(output.fact);
  };
  look(0);
  for (const [step, { waitMs, mid, fill }] of seconds.entries()) {
    if (handedOver.includes(step)) {
      market = heir(market, { ...SEEN_ONLY, held: aPosition(shown.held), facts }, 0);
      // Its first look shows what the last one of the other did.
      look(0);
    }
    const at = epochMs(market.at + 1);
    const fresh = fill === undefined ? [] : [aLoneFill({ ...fill, id: `f${step}`, at })];
    listed.push(...fresh);
    const change = fresh.reduce((sum, { side, size: lots }) => sum + signOf(side) * lots, 0);
    shown = { mid, held: onLot(LOT, shown.held + change) };
    look(waitMs);
  }
  return market;
}

describe('a hand-over', () => {
  it('changes no markout, of fills measured and of those that wait to be (E4)', () => {
    fc.assert(
      fc.property(
        fc.array(second, { minLength: 5, maxLength: 40 }),
        fc.uniqueArray(fc.nat(39), { maxLength: 3 }),
        (seconds, handedOver) => {
          const { books } = measured(seconds, handedOver).state;
          expect(books.markouts).toEqual(measured(seconds, []).state.books.markouts);
          for (const horizonMs of MARKOUT_HORIZONS_MS) {
            const { fills, dropped } = markoutFigures(books.markouts.cells, horizonMs);
            const waiting = books.markouts.pending.filter(
              ({ at, dueAt }) => at + horizonMs >= dueAt,
            );
            expect(fills + dropped + waiting.length).toBe(books.pnl.fills);
          }
        },
      ),
    );
  });

  it('leaves the brain to answer to what is measured from then on (A13)', () => {
    const seconds = Array.from({ length: 12 }, () => ({
      waitMs: 5000,
      mid: 100_000,
      fill: { side: 'buy' as const, liquidity: 'maker' as const, price: price(99_990) },
    }));
    const { books } = measured(seconds, [8]).state;
    const before = markoutFigures(books.markoutsBefore, 30_000).fills;
    expect(before).toBeGreaterThan(0);
    expect(markoutFigures(books.markouts.cells, 30_000).fills).toBeGreaterThan(before);
    expect(measured(seconds, []).state.books.markoutsBefore).toEqual([]);
  });

  it('leaves a side that the venue refuses alone for as long', () => {
    const market = new LoneMarket();
    const placeFrom = epochMs(market.at + 60_000);
    const refusals = { buy: { inRow: 8, placeFrom }, sell: { inRow: 8, placeFrom } };
    market.state = { ...market.state, sight: { ...market.state.sight, refusals } };
    expect(heir(market).state.sight.refusals).toEqual(refusals);
    const sent = (afterMs: number) => {
      const next = heir(market, {}, afterMs);
      return kinds([...next.look(0), ...next.look(1000)]).includes('send');
    };
    expect(sent(30_000)).toBe(false);
    expect(sent(60_000)).toBe(true);
  });

  it('looks no sooner at a venue that asked to slow down (C12)', () => {
    const market = new LoneMarket();
    market.time(0);
    const slow = failed({ kind: 'rate-limited', retryAfterMs: 30_000 } as const);
    market.hear({ kind: 'book', askedAt: market.at, answer: slow });
    const next = heir(market);
    expect(kinds(next.time(20_000))).not.toContain('ask');
    expect(kinds(next.time(10_000))).toContain('ask');
  });

  it('doubts the same price, which a second look confirms', () => {
    const market = new LoneMarket();
    market.look(0);
    market.look(10_000, { mid: 110_000 });
    const { doubted } = market.state.sight;
    expect(doubted).toMatchObject({ mid: 110_000, since: market.at });
    const next = heir(market);
    next.look(0, { mid: 110_000 });
    expect(next.state.sight.doubted).toEqual(doubted);
    next.look(2000, { mid: 110_000 });
    expect(next.state.sight.mid?.mid).toBe(110_000);
  });

  it('waits for what explains the position since it was first not explained, and no longer (E1)', () => {
    const market = new LoneMarket();
    market.look(0);
    market.look(10_000, { held: 0.005 });
    const { position } = market.state.sight;
    expect(position.kind).toBe('asking');
    const waiting = heir(market, { held: aPosition(0.005) });
    expect(waiting.state.sight.position).toMatchObject({ kind: 'asking', since: market.at });
    // After the lists' lag all that can be read is read, and the rest is taken over.
    waiting.look(88_000, { held: 0.005 });
    expect(kinds(waiting.look(1000, { held: 0.005 }))).not.toContain('record');
    waiting.look(1000, { held: 0.005 });
    expect(kinds(waiting.look(10_000, { held: 0.005 }))).toContain('record');
    const explained = heir(market, { held: aPosition(0) });
    expect(explained.state.sight.position.kind).toBe('agreed');
  });

  it('after a kill waits for the position anew: what traded since may not be listed (E1)', () => {
    const market = new LoneMarket();
    market.look(0);
    market.look(10_000, { held: 0.005 });
    const at = epochMs(market.at + 600_000);
    const known = { held: aPosition(0.005), shownFrom: epochMs(at + 75_000) };
    const { position } = heir(market, known, 600_000).state.sight;
    expect(position).toMatchObject({ kind: 'asking', since: at });
  });

  it('waits for what a hedge took off that was asked for after the save, whatever one before it did (B6)', () => {
    const market = new LoneMarket(KNOWN);
    const held = 0.009;
    market.look(0, { held }, [aLoneFill({ size: size(held) })]);
    const saved = sessionOf(market.state, 'g', market.at, market.rules);
    const asked = market.state.hedge.open?.intent;
    if (asked === undefined) throw new Error('no hedge was asked for');
    const intent = { ...asked, id: 'second', openedAt: epochMs(market.at + 500) };
    const outcome = { kind: 'hedged', reducedUsd: usd(300), inventoryUsd: usd(600) } as const;
    const status = { kind: 'done', outcome, at: epochMs(market.at + 800) } as const;
    const next = heir(market, {
      saved: { ...saved, hedges: { ...saved.hedges, endedId: asked.id, takenUsd: -300 } },
      hedge: { intent, status, attempt: undefined },
      held: aPosition(held),
    });
    const answer = { kind: 'hedge', open: false, outcome: 'hedged', side: undefined } as const;
    next.hear({ ...answer, reducedUsd: usd(300), id: next.state.hedge.open?.id ?? '' });
    const asks = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(() =>
      kinds(next.look(10_000, { held })).includes('breach'),
    );
    expect(asks).toEqual([false, false, false, false, false, false, false, false, true]);
  });

  it('changes nothing of when the next hedge is asked for (C3)', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async ({ endings, handedOver }) => {
        expect(await breachesOf(endings, handedOver)).toEqual(await breachesOf(endings, []));
      }),
    );
  });
});
