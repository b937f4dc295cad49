import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Halt } from '#shared/domain/trading/halt.ts';
import type { MarketEvent } from '#shared/domain/trading/market-event.ts';
import type { ParameterReading } from '#shared/domain/parameters/parameter-reading.ts';
import type { Parameters as Params } from '#shared/domain/parameters/parameters.ts';
import { done, failed } from '#shared/domain/failure.ts';
import { price } from '#shared/domain/units.ts';
import { begin } from '#shared/market/begin.ts';
import {
  kinds,
  LoneMarket,
  LOST,
  nothingKnown,
  rowsOf,
  RULES,
  said,
} from '../builders/play/lone-market.ts';
import { PLAYED } from '../builders/play/market-play.ts';
import { aPosition, parameters, START } from '../builders/market.ts';

type Control = Extract<MarketEvent, { kind: 'control' }>;

const control = (reading: ParameterReading, over: Partial<Control> = {}): Control => ({
  kind: 'control',
  askedAt: START,
  parameters: reading,
  tilt: undefined,
  halt: undefined,
  ...over,
});
const accepted = (over: Parameters<typeof parameters>[0] = {}): ParameterReading => ({
  kind: 'accepted',
  ...parameters({ maxInventoryUsd: 1000, quoteSizeUsd: 300, levels: 1, ...over }),
});
const refusedAs = (mode: 'off' | 'unreadable' | 'other'): ParameterReading => ({
  kind: 'refused',
  version: 'bad',
  problems: [{ name: 'levels', value: 'x', allowed: '1 to 10' }],
  unnamed: 0,
  mode,
});

type Mode = Params['mode'];
type RefusedMode = Extract<ParameterReading, { kind: 'refused' }>['mode'];

const A_HALT: Halt = {
  market: PLAYED,
  at: START,
  cause: 'by-hand',
  text: 'by hand',
  netPnlUsd: undefined,
};

const why = (market: LoneMarket): string | undefined => market.state.leaving?.leaving.why;

describe('what people wrote', () => {
  it('is in force at once, said with what changed, and looked at again', () => {
    const market = new LoneMarket();
    market.hear(control(accepted()));
    const outputs = market.hear(control(accepted({ levels: 2 })));
    const news = outputs.find(({ kind }) => kind === 'say');
    expect(news?.kind === 'say' && news.fields['changes']).toEqual(['levels 1 -> 2']);
    expect(market.state.control.parameters.values.levels).toBe(2);
    expect(market.state.sight.lookAgain).toBe(true);
    expect(said(market.hear(control(accepted({ levels: 2 }))))).toEqual([]);
  });

  it('and is refused changes nothing, and is said once until it is mended', () => {
    const market = new LoneMarket();
    const before = market.state.control.parameters;
    expect(said(market.hear(control(refusedAs('other'))))).toEqual([
      'parameters refused, the last good ones stay in force',
    ]);
    expect(said(market.hear(control(refusedAs('other'))))).toEqual([]);
    expect(market.state.control.parameters).toBe(before);
    expect(market.state.leaving).toBeUndefined();
    market.hear(control(accepted()));
    expect(market.state.control.refused).toBeUndefined();
  });

  it.each<[ParameterReading, string]>([
    [accepted({ mode: 'off' }), 'mode is off'],
    [refusedAs('off'), 'mode is off'],
    [refusedAs('unreadable'), 'mode cannot be read'],
  ])('stops trading if it says so: %#', (reading, reason) => {
    const market = new LoneMarket();
    market.hear(control(reading));
    expect(why(market)).toBe(reason);
  });

  it('is obeyed by a start as by one that trades: no state may not trade and does not leave (C10)', () => {
    const readings = fc.oneof(
      fc.constantFrom<Mode>('off', 'paper', 'live').map((mode) => accepted({ mode })),
      fc.constantFrom<RefusedMode>('off', 'unreadable', 'other').map(refusedAs),
    );
    let stops = 0;
    const obeyed = fc.property(
      readings,
      fc.constantFrom<Mode>('off', 'paper', 'live'),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(0, -0.003),
      (written, last, isHalted, simulated, held) => {
        const rules = { ...RULES, spec: { ...RULES.spec, simulated } };
        const halt = isHalted ? A_HALT : undefined;
        const before: ParameterReading = {
          kind: 'accepted',
          ...nothingKnown({ mode: last }).parameters,
        };
        const inForce = written.kind === 'accepted' ? written : before;
        const market = new LoneMarket(nothingKnown({ mode: 'live' }), rules);
        if (written.kind === 'refused') market.hear(control(before, { halt }));
        market.hear(control(written, { halt }));
        const known = { ...nothingKnown(), parameters: inForce, written, halt };
        const begun = begin({ ...known, held: aPosition(held), mid: price(1e5) }, START, rules);
        const leaves = begun.state.leaving !== undefined;
        expect(leaves).toBe(market.state.leaving !== undefined);
        expect(begun.outputs.filter(({ kind }) => kind === 'record')).toHaveLength(
          held === 0 ? 0 : 1,
        );
        if (leaves) stops += 1;
      },
    );
    fc.assert(obeyed);
    expect(stops).toBeGreaterThan(20);
  });

  it('says paper: no venue with real money is traded', () => {
    const spec = { ...RULES.spec, simulated: false };
    const market = new LoneMarket(nothingKnown({ mode: 'paper' }), { ...RULES, spec });
    market.hear(control(accepted({ mode: 'paper' })));
    expect(why(market)).toContain('set mode to live');
  });

  it('as a halt stops, and begins what the limits measure anew when it is lifted (C4, C5, C10)', () => {
    const market = new LoneMarket();
    market.look(0);
    expect(market.state.books.equity).toBeDefined();
    market.hear(control(accepted(), { halt: A_HALT }));
    expect(why(market)).toBe('halted: by hand');
    expect(market.state.books.equity).toBeUndefined();
    market.look(10_000);
    expect(market.state.books.equity).toBeUndefined();
  });
});

describe('a limit that is passed', () => {
  it('halts and stops at once, and the limits begin anew (C4, C5)', () => {
    const market = new LoneMarket(
      nothingKnown({ sessionStopLossUsd: 50, requoteIntervalMs: 1000 }),
    );
    market.sent(market.look(0));
    market.fills([]);
    const { equity } = market.state.books;
    if (equity === undefined) throw new Error('nothing was marked');
    const lost = { ...equity, firstUsd: 5000, peakUsd: 5000, dayOpenUsd: 5000 };
    market.state = { ...market.state, books: { ...market.state.books, equity: lost } };
    const outputs = market.look(1000, { orders: rowsOf(market.state) });
    expect(kinds(outputs)).toContain('halt');
    expect(market.state.leaving?.leaving.how).toBe('stop');
    expect(market.state.books.equity).toBeUndefined();
    expect(market.state.control.halt).toBeDefined();
  });
});

describe('a book nobody should quote on', () => {
  it('is an answer: nothing may rest, and nothing is marked', () => {
    const market = new LoneMarket(nothingKnown({ requoteIntervalMs: 1000 }));
    market.fills([]);
    market.sent([...market.book(), ...market.account()]);
    market.time(1000);
    const book = { ok: false, failure: 'one side is empty' } as const;
    const answer = done({ book, trades: [], requestsLeftRatio: 1, clockSkewMs: 0 });
    market.hear({ kind: 'book', askedAt: market.at, answer });
    const outputs = market.account({ orders: rowsOf(market.state) });
    const send = outputs.find(({ kind }) => kind === 'send');
    expect(send?.kind === 'send' && send.commands.map(({ kind }) => kind)).toEqual([
      'cancel',
      'cancel',
    ]);
    expect(market.state.books.mids).toHaveLength(1);
  });
});

describe('looks', () => {
  it('that fail for too many requests wait as long as the venue says', () => {
    const market = new LoneMarket();
    const answer = failed({ kind: 'rate-limited', retryAfterMs: 90_000 } as const);
    market.hear({ kind: 'account', askedAt: market.at, answer });
    expect(kinds(market.time(89_999))).not.toContain('ask');
    expect(market.time(1)).toContainEqual({ kind: 'ask', what: 'book' });
    expect(said(market.hear({ kind: 'book', askedAt: START, answer: failed(LOST) }))).toEqual([]);
  });

  it('hear of other markets, and forget a volatility the venue cannot give', () => {
    const market = new LoneMarket();
    const mids = { [PLAYED]: { mid: 1, at: START } } as never;
    market.hear({ kind: 'peers', mids });
    expect(market.state.control.peers).toBe(mids);
    market.hear({ kind: 'volatility', answer: failed(LOST) });
    expect(market.state.sight.venueHourlyVolatility).toBeUndefined();
  });

  it('do not believe the answer to another send', () => {
    const market = new LoneMarket();
    const before = market.state.orders;
    market.hear({ kind: 'sent', id: 99, results: [] });
    expect(market.state.orders).toBe(before);
  });
});
