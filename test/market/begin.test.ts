import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookEntry } from '#shared/accounting/from-ledger.ts';
import { parseClientOrderId } from '#shared/domain/order/client-order-id.ts';
import type { LedgerEntry, StoredFact } from '#shared/domain/books/ledger-entry.ts';
import { epochMs, price, signedSize, usd } from '#shared/domain/units.ts';
import { identityOf } from '#shared/market/books/as-stored.ts';
import { begin, type Known, sessionOf } from '#shared/market/begin.ts';
import { markedAt } from '#shared/market/books/books.ts';
import { LOT } from '../builders/play/lagging-venue.ts';
import { aLoneFill, LoneMarket, nothingKnown, RULES } from '../builders/play/lone-market.ts';
import { PLAYED } from '../builders/play/market-play.ts';
import { aPosition, START } from '../builders/market.ts';

const stored = (number: number, entry: LedgerEntry): StoredFact => ({ number, fence: 1, entry });
const fillFact = (number: number, id: string) =>
  stored(number, { kind: 'fill', fill: aLoneFill({ id }), mid: price(100_000) });

const later = epochMs(START + 60_000);

/** Saved with one fill and one difference in its totals. */
function savedKnown(): Known {
  const market = new LoneMarket();
  market.look(0, {}, [aLoneFill()]);
  const saved = sessionOf(market.state, 'g', market.at, RULES);
  const open = [{ id: '1-9', at: START, size: 0.004, mid: price(100_000) }];
  return { ...nothingKnown(), saved: { ...saved, adjustments: open } };
}

/**
 * Counters in the ids of a look's places; all of them are not sent, so the next look places again.
 */
function placed(market: LoneMarket, afterMs: number): readonly number[] {
  const send = market.look(afterMs).find(({ kind }) => kind === 'send');
  if (send?.kind !== 'send') return [];
  const results = send.commands.map((command) => ({
    id: command.kind === 'cancel' ? command.venueId : command.clientId,
    kind: command.kind,
    outcome: { kind: 'not-sent', why: 'test' } as const,
  }));
  market.hear({ kind: 'sent', id: send.id, results });
  return results.flatMap(({ id }) => {
    const named = parseClientOrderId(id);
    return named?.role === 'quote' ? [named.counter] : [];
  });
}

describe('a start', () => {
  it('takes over what is held before the first session at the mid, as no difference', () => {
    const known = { ...nothingKnown(), held: aPosition(0.004), mid: price(100_000) };
    const { state, outputs } = begin(known, START, RULES);
    expect(state.books.pnl.position.size).toBe(0.004);
    expect(state.books.adjustments).toEqual([]);
    expect(outputs).toMatchObject([
      { kind: 'record', fact: { number: 1, entry: { id: 'opening-1', size: 0.004 } } },
    ]);
    expect(begin({ ...known, mid: undefined }, START, RULES).outputs).toEqual([]);
    const fact = outputs.flatMap((one) => (one.kind === 'record' ? [one.fact] : []));
    const again = begin({ ...known, facts: fact }, later, RULES);
    expect(again.outputs).toEqual([]);
    expect(again.state.books).toMatchObject({ adjustments: [], nextFact: 2, startedAt: START });
    expect(again.state.books.pnl.position.size).toBe(0.004);
  });

  it('has in its totals what was saved and every later fact, each once', () => {
    const known = savedKnown();
    expect(known.saved?.lastFact).toBe(1);
    const facts = [fillFact(1, 'f1'), fillFact(2, 'f2'), fillFact(3, 'f3')];
    const { state } = begin({ ...known, facts }, later, RULES);
    expect(state.books.pnl.position.size).toBe(0.003);
    expect(state.books.pnl.fills).toBe(3);
    expect(state.books).toMatchObject({ nextFact: 4 });
    expect(state.books.loaded.size).toBe(3);
    const rebuilt = begin({ ...nothingKnown(), facts }, later, RULES).state.books.pnl;
    expect(rebuilt.position.size).toBe(0.003);
  });

  it('knows which boundaries are paid and which differences are open from later facts (D6, E1)', () => {
    const payment = { market: PLAYED, at: START, rate: 0, amountUsd: usd(-1) };
    const adjusted = {
      kind: 'adjustment',
      market: PLAYED,
      at: START,
      mid: price(100_000),
    } as const;
    const facts = [
      stored(2, { kind: 'funding', payment, mid: price(100_000) }),
      stored(3, { ...adjusted, id: '1-3', size: signedSize(0.002) }),
      stored(4, { ...adjusted, id: '1-9-back-x', size: signedSize(-0.001) }),
    ];
    const { books } = begin({ ...savedKnown(), facts }, later, RULES).state;
    expect(books.fundingPaid).toEqual([START]);
    expect(books.adjustments.map(({ id, size: open }) => [id, open])).toEqual([
      ['1-9', 0.003],
      ['1-3', 0.002],
    ]);
    const expired = epochMs(START + 86_400_001);
    expect(begin({ ...savedKnown(), facts }, expired, RULES).state.books.adjustments).toEqual([]);
  });

  it('measures the limits anew while halted and after a halt, and only then (C4, C5)', () => {
    const known = savedKnown();
    expect(begin(known, later, RULES).state.books.equity).toBeDefined();
    const halt = { market: PLAYED, at: START, cause: 'x', text: 'lost', netPnlUsd: undefined };
    const halted = { ...known, halt };
    expect(begin(halted, later, RULES).state.books.equity).toBeUndefined();
    const fact = (at: number) => [stored(0, { kind: 'halt', halt: { ...halt, at: epochMs(at) } })];
    const lifted = { ...known, facts: fact(START + 1000) };
    expect(begin(lifted, later, RULES).state.books.equity).toBeUndefined();
    const older = { ...known, facts: fact(START - 1000) };
    expect(begin(older, later, RULES).state.books.equity).toBeDefined();
  });

  it('under the same lease uses no id again, however far the fence is from the clock', () => {
    const sends = fc.array(fc.integer({ min: 1000, max: 5000 }), { maxLength: 6 });
    const aheadS = fc.integer({ min: -7200, max: 7200 });
    const restMs = fc.integer({ min: 0, max: 60_000 });
    fc.assert(
      fc.property(aheadS, sends, sends, restMs, (ahead, before, after, rest) => {
        const rules = { ...RULES, fence: Math.floor(START / 1000) + ahead };
        const market = new LoneMarket(nothingKnown({ requoteIntervalMs: 1000 }), rules);
        const used = before.flatMap((ms) => placed(market, ms));
        const saved = sessionOf(market.state, 'g', market.at, rules);
        used.push(...after.flatMap((ms) => placed(market, ms)));
        const at = epochMs(market.at + rest);
        const again = begin({ ...nothingKnown(), saved }, at, rules).state.tally.nextCounter;
        for (const counter of used) expect(counter).toBeLessThan(again);
        expect(new Set(used).size).toBe(used.length);
      }),
    );
  });

  it('goes on with the breach that is open, announced at once, and hears the end of one it missed', () => {
    const intent = {
      id: 'i',
      market: PLAYED,
      openedAt: START,
      inventoryUsd: usd(900),
      thresholdUsd: usd(800),
      hedgeFraction: 0.5,
      hedgeMaxSlippageBps: 20,
    };
    const open = begin(
      { ...savedKnown(), hedge: { intent, status: { kind: 'open' }, attempt: undefined } },
      later,
      RULES,
    );
    expect(open.state.hedge.open).toMatchObject({
      id: 'i',
      side: 'sell',
      atMost: 0.001,
      announceAt: later,
    });
    const outcome = { kind: 'not-needed', inventoryUsd: usd(0) } as const;
    const status = { kind: 'done', outcome, at: START } as const;
    const known = savedKnown();
    const hedge = { intent, status, attempt: undefined };
    const missed = begin({ ...known, hedge }, later, RULES).state.hedge.open;
    expect(missed).toMatchObject({ id: 'i', announceAt: later + 60_000 });
    const { saved } = known;
    const heard = saved && { ...saved, hedges: { ...saved.hedges, endedId: 'i' } };
    for (const one of [heard, undefined])
      expect(begin({ ...known, saved: one, hedge }, later, RULES).state.hedge.open).toBeUndefined();
  });
});

describe('a fact as stored', () => {
  /** Two fills booked, and what the ledger says of the second. */
  function answered(earlier: StoredFact | undefined, isLoaded = false) {
    const market = new LoneMarket();
    market.time(0);
    market.book();
    market.fills([
      aLoneFill({ id: 'a', price: price(99_990) }),
      aLoneFill({ id: 'b', at: epochMs(START + 1), side: 'sell', price: price(100_020) }),
    ]);
    const before = market.state.books;
    const loaded = new Map(isLoaded ? [[identityOf(entry), START]] : []);
    market.state = { ...market.state, books: { ...before, loaded } };
    market.hear({ kind: 'recorded', number: 2, earlier });
    return { before, after: market.state.books };
  }
  const entry = {
    kind: 'fill',
    fill: aLoneFill({
      id: 'b',
      at: epochMs(START + 1),
      side: 'sell',
      price: price(100_020),
    }),
    mid: price(100_050),
  } as const;

  it('that is new stays as it is, and waits no more', () => {
    const { before, after } = answered(undefined);
    expect(after.pnl).toBe(before.pnl);
    expect(after.pending.map(({ fact }) => fact.number)).toEqual([1]);
  });

  it('that was there with another mid is what the books hold', () => {
    const { before, after } = answered(stored(2, entry));
    const first = before.pending[0]?.fact.entry;
    if (first === undefined) throw new Error('nothing was booked');
    const flat = new LoneMarket().state.books;
    const expected = bookEntry(bookEntry(flat.pnl, first, LOT), entry, LOT);
    const marked = (books: typeof after) => markedAt(books, price(100_000), START, START).pnl;
    const left = marked(after);
    const right = marked({ ...after, pnl: expected });
    for (const part of ['spreadIncomeUsd', 'inventoryPnlUsd', 'makerFeesUsd', 'volumeUsd'] as const)
      expect(left[part]).toBeCloseTo(right[part], 9);
    expect(left.position.size).toBe(0);
    expect(left.fills).toBe(2);
  });

  it('that the totals had when they were loaded is taken out again', () => {
    const { after } = answered(stored(2, entry), true);
    expect(after.pnl.position.size).toBe(0.001);
    expect(after.pnl.fills).toBe(1);
    expect(after.pnl.volumeUsd).toBeCloseTo(99.99, 9);
    expect(after.pnl.makerFeesUsd).toBeCloseTo(-0.015, 9);
  });

  it('that nobody waits for changes nothing', () => {
    const market = new LoneMarket();
    const { books } = market.state;
    market.hear({ kind: 'recorded', number: 7, earlier: undefined });
    expect(market.state.books).toBe(books);
  });

  it.each<LedgerEntry>([
    {
      kind: 'adjustment',
      id: '1-1',
      market: PLAYED,
      at: START,
      size: signedSize(0.002),
      mid: price(100_000),
    },
    {
      kind: 'funding',
      payment: { market: PLAYED, at: START, rate: 0, amountUsd: usd(-3) },
      mid: price(100_000),
    },
    { kind: 'fill', fill: aLoneFill(), mid: price(100_000) },
    {
      kind: 'hedge',
      intent: 'i',
      market: PLAYED,
      at: START,
      completedAt: START,
      outcome: { kind: 'not-needed', inventoryUsd: usd(0) },
    },
    {
      kind: 'halt',
      halt: { market: PLAYED, at: START, cause: 'x', text: 'x', netPnlUsd: undefined },
    },
  ])('of any kind leaves nothing behind when it is taken out: %j', (one) => {
    const market = new LoneMarket();
    const { books } = market.state;
    const fact = stored(1, one);
    const booked = bookEntry(books.pnl, one, LOT);
    // As before the first mark.
    const pnl = one.kind === 'adjustment' ? { ...booked, markPrice: undefined } : booked;
    const held = {
      ...books,
      pnl,
      pending: [{ fact, since: START }],
      loaded: new Map([[identityOf(one), START]]),
    };
    market.state = { ...market.state, books: held };
    market.hear({ kind: 'recorded', number: 1, earlier: fact });
    expect(market.state.books.pnl.position.size).toBe(0);
    expect(market.state.books.pnl.fundingUsd).toBe(0);
  });
});
