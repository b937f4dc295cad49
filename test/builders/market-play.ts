import type { MarketEvent } from '#shared/domain/market-event.ts';
import { marketId } from '#shared/domain/market-id.ts';
import { signOf, SIDES, type Side } from '#shared/domain/side.ts';
import { FLAT } from '#shared/domain/position.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import type { VenueAbilities } from '#shared/domain/venue-abilities.ts';
import type { CommandResult } from '#shared/domain/venue-answers.ts';
import { begin } from '#shared/market/begin.ts';
import type { Output } from '#shared/market/output.ts';
import type { Rules } from '#shared/market/rules.ts';
import type { MarketState } from '#shared/market/state.ts';
import { step } from '#shared/market/step.ts';
import { NEW_BRAIN } from '#shared/strategy/brain-state.ts';
import type { Parameters } from '#shared/domain/parameters.ts';
import { parameters, START } from './market.ts';
import { LaggingVenue, type Misbehaviour, SPEC } from './lagging-venue.ts';

export const PLAYED = marketId('purple-flea', 'BTC-PERP');
export const CAP_USD = 1000;

export const ABILITIES: VenueAbilities = {
  arrivesWithinMs: 10_000,
  listsLagMs: 75_000,
  requestTimeoutMs: 5000,
  ids: true,
};

/** One market's trading, played against a venue in simulated time. */
export class MarketPlay {
  readonly venue: LaggingVenue;
  readonly rules: Rules;
  state: MarketState;
  now: EpochMs = START;
  readonly problems: string[] = [];
  readonly outputs: Output[] = [];
  /** All that was heard, as it was heard, and the state before the first. */
  readonly heard: { readonly event: MarketEvent; readonly at: EpochMs }[] = [];
  readonly first: MarketState;
  #due: { at: number; number: number; run: () => void }[] = [];
  #wakeAt = Infinity;
  #number = 0;

  constructor(seed: number, how: Misbehaviour, over: Partial<Parameters>, abilities = ABILITIES) {
    this.venue = new LaggingVenue(PLAYED, seed, how, abilities);
    this.rules = { market: PLAYED, deployment: 'test', fence: 1, spec: SPEC, abilities };
    const values = parameters({ maxInventoryUsd: CAP_USD, capitalUsd: undefined, ...over });
    const begun = begin(
      {
        saved: undefined,
        facts: [],
        brain: NEW_BRAIN,
        parameters: values,
        written: { kind: 'accepted', ...values },
        tilt: undefined,
        halt: undefined,
        hedge: undefined,
        funding: { rate: 0, intervalHours: 8, nextAt: epochMs(START + 5_000_000) },
        held: FLAT,
        mid: undefined,
      },
      START,
      this.rules,
    );
    this.state = begun.state;
    this.first = begun.state;
    this.hear({ kind: 'time' });
  }

  after(ms: number, run: () => void): void {
    this.#number += 1;
    this.#due.push({ at: this.now + ms, number: this.#number, run });
  }

  hear(event: MarketEvent): void {
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
      this.after(1, () => this.hear({ kind: 'recorded', number, earlier: undefined }));
    }
    if (output.kind === 'empty')
      this.after(this.#delay(), () => {
        const cancelled = this.venue.cancelOurs(output.venueIds, this.now);
        this.hear({ kind: 'emptied', askedAt: this.now, cancelled });
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
      this.after(this.#delay(), () => this.hear(venue.listed(this.now, askedAt, since)));
    } else if (output.what === 'book') {
      this.after(this.#delay(), () => this.hear(venue.book(this.now, askedAt)));
    } else if (output.what === 'account') {
      this.after(this.#delay(), () => this.hear(venue.account(this.now, askedAt)));
    }
  }

  #send({ commands, id }: Extract<Output, { kind: 'send' }>): void {
    for (const command of commands)
      if (command.kind === 'place') {
        const { side, price: limit, size: all } = command;
        this.venue.arriving.push({ side, price: limit, size: all });
      }
    this.checkCap();
    const { random, how, arriving } = this.venue;
    const results: CommandResult[] = [];
    let latest = 0;
    for (const command of commands) {
      const lost = random.uniform() < how.unknownShare;
      const arrives = !lost || random.uniform() < 0.6;
      const travelMs = lost ? random.uniform() * 10_000 : 20 + random.uniform() * 300;
      const name = command.kind === 'cancel' ? command.venueId : command.clientId;
      const placed =
        command.kind === 'place'
          ? arriving.find(
              ({ size: all, side, price: limit }) =>
                all === command.size && side === command.side && limit === command.price,
            )
          : undefined;
      this.after(travelMs, () => {
        const outcome = arrives ? this.venue.arrive(command, this.now) : undefined;
        if (placed !== undefined) arriving.splice(arriving.indexOf(placed), 1);
        if (!lost && outcome !== undefined) results.push({ id: name, kind: command.kind, outcome });
      });
      if (lost)
        results.push({ id: name, kind: command.kind, outcome: { kind: 'unknown', detail: 'cut' } });
      latest = Math.max(latest, lost ? 5000 : travelMs);
    }
    this.after(latest + 1, () => this.hear({ kind: 'sent', id, results }));
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
