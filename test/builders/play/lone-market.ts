import { checkedBook } from '#shared/domain/venue/book.ts';
import { done, failed, type VenueFailure } from '#shared/domain/failure.ts';
import type { Fill } from '#shared/domain/books/fill.ts';
import type { MarketEvent } from '#shared/domain/trading/market-event.ts';
import { commandId, type OpenOrder, type OrderCommand } from '#shared/domain/order/order.ts';
import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import { FLAT } from '#shared/domain/books/position.ts';
import { type EpochMs, epochMs, price, signedSize, size, usd } from '#shared/domain/units.ts';
import type { CommandOutcome, FillList } from '#shared/domain/venue/venue-answers.ts';
import { begin, type Known } from '#shared/market/begin.ts';
import type { Output } from '#shared/market/output.ts';
import type { Rules } from '#shared/market/rules.ts';
import type { MarketState } from '#shared/market/state.ts';
import { step } from '#shared/market/step.ts';
import { NEW_BRAIN } from '#shared/strategy/brain-state.ts';
import { SPEC } from './lagging-venue.ts';
import { ABILITIES, PLAYED } from './market-play.ts';
import { parameters, START } from '../market.ts';

export const LOST: VenueFailure = { kind: 'outcome-unknown', detail: 'cut' };

export const RULES: Rules = {
  market: PLAYED,
  deployment: 'test',
  fence: 1,
  spec: SPEC,
  abilities: ABILITIES,
};

/** What a start knows of a market that nobody has traded yet. */
export function nothingKnown(over: Partial<Parameters> = {}): Known {
  const inForce = parameters({ maxInventoryUsd: 1000, quoteSizeUsd: 300, levels: 1, ...over });
  return {
    saved: undefined,
    facts: [],
    lastFact: 0,
    brain: NEW_BRAIN,
    parameters: inForce,
    written: { kind: 'accepted', ...inForce },
    tilt: undefined,
    halt: undefined,
    hedge: undefined,
    shownFrom: epochMs(0),
    funding: { rate: 0, intervalHours: 8, nextAt: epochMs(START + 5_000_000) },
    held: FLAT,
    mid: undefined,
  };
}

const NOTHING_TRADED = { kind: 'cancelled', filled: size(0) } as const;
const NO_ANSWER = { kind: 'unknown', detail: 'cut' } as const;

/** What one look shows. */
export interface Shown {
  readonly mid?: number;
  /** When the book was true; else now. */
  readonly bookAt?: EpochMs;
  /** How far its clock is said to be ahead of ours. */
  readonly clockSkewMs?: number;
  readonly orders?: readonly OpenOrder[];
  readonly complete?: boolean;
  readonly held?: number;
  /** What each answer says is left of the request allowance. */
  readonly bookLeft?: number;
  readonly accountLeft?: number;
}

/** One market's trading, told each event by hand: nothing is answered by itself. */
export class LoneMarket {
  state: MarketState;
  at: EpochMs;
  readonly rules: Rules;
  outputs: readonly Output[];
  /** What the last cancel of everything named. */
  #emptying: readonly string[] = [];
  /** Whether somebody reads what people wrote all the time, as beside a real one. */
  readsControl = true;

  constructor(known: Known = nothingKnown(), rules: Rules = RULES, at: EpochMs = START) {
    this.rules = rules;
    this.at = at;
    const begun = begin(known, at, rules);
    this.state = begun.state;
    this.outputs = [...begun.outputs, ...this.hear({ kind: 'volatility', answer: done(0.005) })];
  }

  /** What it wants after this event. */
  hear(event: MarketEvent, afterMs = 0): readonly Output[] {
    this.at = epochMs(this.at + afterMs);
    const { control } = this.state;
    if (this.readsControl) this.state = { ...this.state, control: { ...control, readAt: this.at } };
    const turn = step(this.state, event, this.at, this.rules);
    this.state = turn.state;
    this.outputs = turn.outputs;
    for (const output of turn.outputs)
      if (output.kind === 'empty') this.#emptying = output.venueIds;
    return turn.outputs;
  }

  /** The answer to a cancel of everything: a yes to each that was named, or none to any. */
  emptied(failure?: VenueFailure): readonly Output[] {
    const outcome = failure === undefined ? NOTHING_TRADED : NO_ANSWER;
    const results = this.#emptying.map((id) => ({ id, kind: 'cancel', outcome }) as const);
    return this.hear({ kind: 'emptied', askedAt: this.at, cancelled: { results, failure } });
  }

  time(afterMs: number): readonly Output[] {
    return this.hear({ kind: 'time' }, afterMs);
  }

  book(mid = 100_000, shown: Omit<Shown, 'mid'> = {}): readonly Output[] {
    const { bookAt = this.at, bookLeft = 1, clockSkewMs = 0 } = shown;
    const book = checkedBook(bookAt, [{ price: mid - 1, size: 1 }], [{ price: mid + 1, size: 1 }]);
    const picture = { book, trades: undefined, requestsLeftRatio: bookLeft, clockSkewMs };
    return this.hear({ kind: 'book', askedAt: this.at, answer: done(picture) });
  }

  account({
    orders = [],
    complete = true,
    held = 0,
    accountLeft = 1,
  }: Shown = {}): readonly Output[] {
    const averageEntry = held === 0 ? undefined : price(100_000);
    const position = { size: signedSize(held), averageEntry };
    const answer = done({ orders, complete, position, requestsLeftRatio: accountLeft });
    return this.hear({ kind: 'account', askedAt: this.at, answer });
  }

  /** What is held, and no word of what rests. */
  position(held = 0): readonly Output[] {
    const position = { size: signedSize(held), averageEntry: price(100_000) };
    const answer = done({ position, requestsLeftRatio: 1 });
    return this.hear({ kind: 'account', askedAt: this.at, answer });
  }

  /** What rests, and no word of what is held. */
  orders(orders: readonly OpenOrder[], complete = true): readonly Output[] {
    const answer = done({ orders, complete, requestsLeftRatio: 1 });
    return this.hear({ kind: 'account', askedAt: this.at, answer });
  }

  fills(
    fills: readonly Fill[],
    since: EpochMs = epochMs(0),
    { clockSkewMs }: Pick<FillList, 'clockSkewMs'> = { clockSkewMs: 0 },
  ): readonly Output[] {
    const answer = done({ fills, doubtful: [], clockSkewMs });
    return this.hear({ kind: 'fills', askedAt: this.at, since, answer });
  }

  fillsLost(since: EpochMs = epochMs(0)): readonly Output[] {
    return this.hear({ kind: 'fills', askedAt: this.at, since, answer: failed(LOST) });
  }

  /** A whole look, the executions it asks for included. */
  look(afterMs: number, shown: Shown = {}, fills: readonly Fill[] = []): readonly Output[] {
    const all = [...this.time(afterMs), ...this.book(shown.mid, shown), ...this.account(shown)];
    return this.state.sight.fillsAsked ? [...all, ...this.fills(fills)] : all;
  }

  /** Every command of a send is a yes, or what is told. */
  sent(
    outputs: readonly Output[],
    answer: (command: OrderCommand) => CommandOutcome = yes,
  ): readonly Output[] {
    const send = outputs.find((output) => output.kind === 'send');
    if (send?.kind !== 'send') throw new Error('nothing was sent');
    const results = send.commands.map((command) => ({
      id: commandId(command),
      kind: command.kind,
      outcome: answer(command),
    }));
    return this.hear({ kind: 'sent', id: send.id, results });
  }
}

function yes(command: OrderCommand): CommandOutcome {
  if (command.kind === 'cancel') return { kind: 'cancelled', filled: size(0) };
  const rests = { venueId: `v-${commandId(command)}`, filled: size(0) };
  return command.kind === 'modify'
    ? { kind: 'modified', ...rests, oldFilled: size(0) }
    : { kind: 'placed', ...rests };
}

/** What rests by our own account, as a list shows it. */
export const rowsOf = ({ orders }: MarketState): readonly OpenOrder[] =>
  orders.working.flatMap((order) =>
    'venueId' in order
      ? [
          {
            venueId: order.venueId,
            clientId: order.clientId,
            side: order.side,
            price: order.price,
            remaining: order.remaining,
          },
        ]
      : [],
  );

export const aLoneFill = (over: Partial<Fill> = {}): Fill => ({
  id: 'f1',
  market: PLAYED,
  at: START,
  side: 'buy',
  price: price(100_000),
  size: size(0.001),
  feeUsd: usd(-0.015),
  liquidity: 'maker',
  orderId: 'o1',
  ...over,
});

export const kinds = (outputs: readonly Output[]): readonly string[] =>
  outputs.map(({ kind }) => kind);

export const said = (outputs: readonly Output[]): readonly string[] =>
  outputs.flatMap((output) => (output.kind === 'say' ? [output.message] : []));
