import type { MarketEvent, OpenHedge } from '#shared/domain/trading/market-event.ts';
import { type Approved, commandId } from '#shared/domain/order/order.ts';
import { marketId } from '#shared/domain/venue/market-id.ts';
import { reducingSide, signOf, SIDES, type Side } from '#shared/domain/order/side.ts';
import { FLAT } from '#shared/domain/books/position.ts';
import { epochMs, type EpochMs, price, signedSize, usd } from '#shared/domain/units.ts';
import type { VenueAbilities } from '#shared/domain/venue/venue-abilities.ts';
import type { CommandResult } from '#shared/domain/venue/venue-answers.ts';
import type { Session } from '#shared/domain/trading/session.ts';
import { hedgeMayFill } from '#shared/market/hedges/breach.ts';
import { begin, type Known, sessionOf } from '#shared/market/begin.ts';
import { remainsSaved } from '#shared/market/remains.ts';
import type { Output } from '#shared/market/output.ts';
import type { Rules } from '#shared/market/rules.ts';
import type { MarketState } from '#shared/market/state.ts';
import { possiblePositions } from '#shared/market/books/position.ts';
import { step } from '#shared/market/step.ts';
import { NEW_BRAIN } from '#shared/strategy/brain-state.ts';
import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import { legsOf } from '#shared/domain/order/working-order.ts';
import { parameters, START } from '../market.ts';
import { type Arriving, LaggingVenue, type Misbehaviour, SPEC } from './lagging-venue.ts';

export const PLAYED = marketId('purple-flea', 'BTC-PERP');
export const CAP_USD = 1000;

export const ABILITIES: VenueAbilities = {
  arrivesWithinMs: 10_000,
  listsLagMs: 75_000,
  requestTimeoutMs: 5000,
  ids: true,
  modify: 'none',
};

/** One market's trading, played against a venue in simulated time. */
export class MarketPlay {
  readonly venue: LaggingVenue;
  rules: Rules;
  state: MarketState;
  now: EpochMs = START;
  readonly problems: string[] = [];
  readonly outputs: Output[] = [];
  /** All that was heard, as it was heard, and the state before the first. */
  readonly heard: { readonly event: MarketEvent; readonly at: EpochMs }[] = [];
  readonly first: MarketState;
  readonly #known: Known;
  /** Whether what people wrote can be read. */
  readsControl = true;
  /** Whether somebody works off breaches, a while after they are announced. */
  hedges = false;
  #due: { at: number; number: number; run: () => void }[] = [];
  #wakeAt = Infinity;
  #isDead = false;
  #number = 0;

  constructor(seed: number, how: Misbehaviour, over: Partial<Parameters>, abilities = ABILITIES) {
    this.venue = new LaggingVenue(PLAYED, seed, how, abilities);
    this.rules = { market: PLAYED, deployment: 'test', fence: 1, spec: SPEC, abilities };
    const values = parameters({ maxInventoryUsd: CAP_USD, capitalUsd: undefined, ...over });
    this.#known = {
      saved: undefined,
      facts: [],
      lastFact: 0,
      brain: NEW_BRAIN,
      parameters: values,
      written: { kind: 'accepted', ...values },
      tilt: undefined,
      halt: undefined,
      hedge: undefined,
      shownFrom: epochMs(0),
      funding: { rate: 0, intervalHours: 8, nextAt: epochMs(START + 5_000_000) },
      held: FLAT,
      mid: undefined,
    };
    const begun = begin(this.#known, START, this.rules);
    this.state = begun.state;
    this.first = begun.state;
    this.hear({ kind: 'time' });
    this.#readControl();
  }

  /** As it is read beside a real one, and answered a little later. */
  #readControl(): void {
    const askedAt = this.now;
    const { parameters: inForce, tilt, halt } = this.state.control;
    const read = { kind: 'accepted', ...inForce } as const;
    if (this.readsControl)
      this.after(30, () => this.hear({ kind: 'control', askedAt, parameters: read, tilt, halt }));
    this.after(8000, () => this.#readControl());
  }

  after(ms: number, run: () => void): void {
    this.#number += 1;
    this.#due.push({ at: this.now + ms, number: this.#number, run });
  }

  /** What is saved of it now. */
  saved(): Session {
    return sessionOf(this.state, 'group', this.now, this.rules);
  }

  /** It is dead: time passes and nobody hears anything, until another holder goes on. */
  deadFor(ms: number): void {
    this.#isDead = true;
    this.#wakeAt = Infinity;
    this.runFor(ms);
  }

  /** Another holder goes on from what was saved: nobody hears the answers to what was sent. */
  takeOver(saved = this.saved()): void {
    this.#isDead = false;
    const facts = this.outputs.flatMap((one) => (one.kind === 'record' ? [one.fact] : []));
    const held = signedSize(this.venue.position);
    this.rules = { ...this.rules, fence: this.rules.fence + 1 };
    const known: Known = {
      ...this.#known,
      saved,
      facts,
      shownFrom: remainsSaved(saved, this.now, this.rules.abilities).shownFrom,
      held: { size: held, averageEntry: held === 0 ? undefined : price(this.venue.mid) },
    };
    const begun = begin(known, this.now, this.rules);
    this.state = begun.state;
    this.outputs.push(...begun.outputs);
    this.#wakeAt = Infinity;
    this.hear({ kind: 'time' });
  }

  /** Later, unless somebody else holds the market by then. */
  #answer(ms: number, event: () => MarketEvent): void {
    const { rules } = this;
    this.after(ms, () => {
      const answer = event();
      if (this.rules === rules) this.hear(answer);
    });
  }

  hear(event: MarketEvent): void {
    if (this.#isDead) return;
    this.heard.push({ event, at: this.now });
    const { state, outputs } = step(this.state, event, this.now, this.rules);
    this.state = state;
    this.outputs.push(...outputs);
    for (const output of outputs) this.#perform(output);
  }

  /** Lets time pass, trades and prices included. */
  runFor(ms: number, quiet = false): void {
    const until = this.now + ms;
    const { random } = this.venue;
    while (this.now < until) {
      const next = this.#due.toSorted((a, b) => a.at - b.at || a.number - b.number)[0];
      const pulse = this.now + 100;
      const at = Math.min(next?.at ?? Infinity, this.#wakeAt, pulse, until);
      this.now = epochMs(Math.max(this.now, at));
      if (next !== undefined && next.at <= this.now) {
        this.#due = this.#due.filter((one) => one !== next);
        next.run();
      } else if (this.#wakeAt <= this.now) {
        this.#wakeAt = Infinity;
        this.hear({ kind: 'time' });
      } else if (!quiet) {
        this.venue.mid *= 1 + random.normal() * 0.00005;
        if (random.uniform() < this.venue.how.tradesPerSecond / 10) this.venue.trade(this.now);
      }
    }
  }

  #perform(output: Output): void {
    if (output.kind === 'wake') this.#wakeAt = output.at;
    if (output.kind === 'send') this.#send(output);
    if (output.kind === 'ask' || output.kind === 'ask-fills') this.#ask(output);
    if (output.kind === 'record') {
      const { number } = output.fact;
      this.#answer(1, () => ({ kind: 'recorded', number, earlier: undefined }));
    }
    const { open } = this.state.hedge;
    if (output.kind === 'breach' && this.hedges && open !== undefined) this.#hedge(open);
    if (output.kind === 'empty')
      this.#answer(this.#delay(), () => {
        const cancelled = this.venue.cancelOurs(output.venueIds, this.now);
        return { kind: 'emptied', askedAt: this.now, cancelled };
      });
  }

  #delay(): number {
    return 20 + this.venue.random.uniform() * 400;
  }

  #ask(output: Extract<Output, { kind: 'ask' | 'ask-fills' }>): void {
    const askedAt = this.now;
    const { venue } = this;
    if (output.kind === 'ask-fills') {
      const { since } = output;
      this.#answer(this.#delay(), () => venue.listed(this.now, askedAt, since));
    } else if (output.what === 'book') {
      this.#answer(this.#delay(), () => venue.book(this.now, askedAt));
    } else if (output.what !== 'volatility' && output.what !== 'funding') {
      const { what } = output;
      this.#answer(this.#delay(), () => venue.account(this.now, askedAt, what));
    }
  }

  /** Done at the venue, and told of later: by then other quotes may have traded. */
  #hedge(open: OpenHedge): void {
    const { random } = this.venue;
    const { id } = open;
    this.after(200 + random.uniform() * 4000, () => {
      // Whatever is held by then, as the real one.
      const side = reducingSide(this.venue.position);
      const reducedUsd = usd(this.venue.hedge(side, this.now));
      const outcome = reducedUsd > 0 ? 'hedged' : 'not-needed';
      this.#answer(20 + random.uniform() * 4000, () => ({
        kind: 'hedge',
        open: false,
        id,
        outcome,
        side,
        reducedUsd,
      }));
    });
  }

  #send({ commands, id }: Extract<Output, { kind: 'send' }>): void {
    const { random, how, arriving } = this.venue;
    const quotes = new Map<Approved, Arriving>();
    for (const command of commands)
      if (command.kind === 'place' || command.kind === 'modify')
        quotes.set(command, { side: command.side, price: command.price, size: command.size });
    arriving.push(...quotes.values());
    // Cancels are right whatever else there is.
    if (quotes.size > 0) this.checkCounted();
    this.checkCap();
    const results: CommandResult[] = [];
    let latest = 0;
    for (const command of commands) {
      const lost = random.uniform() < how.unknownShare;
      const arrives = !lost || random.uniform() < 0.6;
      const travelMs = lost ? random.uniform() * 10_000 : 20 + random.uniform() * 300;
      const of = { id: commandId(command), kind: command.kind };
      this.after(travelMs, () => {
        const outcome = arrives ? this.venue.arrive(command, this.now) : undefined;
        const quote = quotes.get(command);
        if (quote !== undefined) arriving.splice(arriving.indexOf(quote), 1);
        if (!lost && outcome !== undefined) results.push({ ...of, outcome });
      });
      if (lost) results.push({ ...of, outcome: { kind: 'unknown', detail: 'cut' } });
      latest = Math.max(latest, lost ? 5000 : travelMs);
    }
    this.#answer(latest + 1, () => ({ kind: 'sent', id, results }));
  }

  /** What we count on one side, in base units, is never less than what there is. */
  checkCounted(): void {
    for (const side of SIDES) {
      const { position, orders, arriving } = this.venue;
      const ofSide = <T extends { readonly side: Side }>(all: readonly T[]): readonly T[] =>
        all.filter((one) => one.side === side);
      const there =
        signOf(side) * position +
        ofSide(orders).reduce((sum, { remaining }) => sum + remaining, 0) +
        ofSide(arriving).reduce((sum, { size: all }) => sum + all, 0);
      const positions = possiblePositions(this.state, this.rules);
      const hedged = ofSide(hedgeMayFill(this.state, this.now, this.rules));
      const counted =
        hedged.reduce((sum, { remaining }) => sum + remaining, 0) +
        Math.max(...positions.map((one) => signOf(side) * one)) +
        ofSide(this.state.orders.working.flatMap(legsOf)).reduce(
          (sum, { remaining }) => sum + remaining,
          0,
        );
      if (counted < there - 1e-9)
        this.problems.push(`${this.now - START}: ${side} ${there} counted as ${counted}`);
    }
  }

  /** What the venue truly holds, rests and is about to get, all of one side filled. */
  worstCaseUsd(side: Side): number {
    const { position, orders, arriving, mid } = this.venue;
    let held = signOf(side) * position;
    let dearest = mid;
    for (const order of [...orders.map((one) => ({ ...one, size: one.remaining })), ...arriving]) {
      if (order.side !== side) continue;
      held += order.size;
      dearest = Math.max(dearest, order.price);
    }
    return held * dearest;
  }

  checkCap(): void {
    for (const side of SIDES) {
      const worst = this.worstCaseUsd(side);
      // Between the look and now the mid itself may have moved.
      if (worst > CAP_USD * 1.02) this.problems.push(`${this.now - START}: ${side} ${worst}`);
    }
  }
}
