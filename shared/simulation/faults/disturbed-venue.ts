import { PURPLE_FLEA } from '../../adapters/simulated/venue-profile.ts';
import { failed, type VenueFailure } from '../../domain/failure.ts';
import { commandId, type OrderCommand } from '../../domain/order/order.ts';
import { epochMs } from '../../domain/units.ts';
import type { CommandOutcome, CommandResult } from '../../domain/venue/venue-answers.ts';
import type { ConnectedVenue } from '../../ports/connect-venue.ts';
import type { SimulatedClock } from '../simulated-clock.ts';
import type { FaultSource } from './fault-source.ts';

/** What is true of the venue, whatever a deployment believes. */
const { arrivesWithinMs, requestTimeoutMs } = PURPLE_FLEA.can;

const NO_ANSWER: VenueFailure = { kind: 'outcome-unknown', detail: 'no answer' };
const SEND_FAULTS = [
  'send-lost',
  'send-unanswered',
  'send-late',
  'send-refused',
  'rate-limited',
] as const;

interface Disturbed {
  readonly faults: FaultSource;
  readonly clock: SimulatedClock;
  /** Of the function that uses it. */
  readonly name: string;
}

/** A venue that fails as real ones do: what nobody answered may have been done, or be done yet. */
export function disturbedVenue(venue: ConnectedVenue, by: Disturbed): ConnectedVenue {
  const { data, execution, history } = venue;
  const asked = askedWith(by);
  const sent = sentWith(by);
  return {
    ...venue,
    data: { ...data, book: asked('book', data.book), funding: asked('funding', data.funding) },
    execution: {
      ...execution,
      account: asked('account', execution.account),
      position: asked('position', execution.position),
      orders: asked('orders', execution.orders),
      send: (commands, expiresAt) =>
        sent(
          'send',
          // One that comes late was sent in time.
          (lateMs) => execution.send(commands, epochMs(expiresAt + lateMs)),
          (why) => commands.map((command) => resultOf(command, why)),
        ),
      cancelAll: (market) => sent('cancel', () => execution.cancelAll(market), failed),
      cancelOurs: (market, venueIds) =>
        sent(
          'cancel',
          () => execution.cancelOurs(market, venueIds),
          (failure) => ({
            results: venueIds.map((id) => ({ id, kind: 'cancel', outcome: outcomeOf(failure) })),
            failure,
          }),
        ),
    },
    history: {
      fills: asked('fills', history.fills),
      fundingPayments: asked('payments', history.fundingPayments),
      equityChange: asked('equity', history.equityChange),
    },
  };
}

type Failed = { readonly ok: false; readonly failure: VenueFailure };

const slowDown = (faults: FaultSource): VenueFailure => ({
  kind: 'rate-limited',
  retryAfterMs: faults.between(1, 6) * 1000,
});

/** Every question is answered by a value or a failure, whatever the value would have been. */
const askedWith =
  ({ faults, clock, name }: Disturbed) =>
  <Args extends readonly unknown[], Answer>(
    what: string,
    ask: (...args: Args) => Promise<Answer | Failed>,
  ) =>
  async (...args: Args): Promise<Answer | Failed> => {
    const fault = faults.among(['read-unanswered', 'rate-limited'], `${name} ${what}`);
    if (fault === undefined) return ask(...args);
    if (fault === 'rate-limited') return failed(slowDown(faults));
    await clock.sleep(requestTimeoutMs);
    return failed(NO_ANSWER);
  };

const sentWith =
  ({ faults, clock, name }: Disturbed) =>
  async <Answer>(
    what: string,
    send: (lateMs: number) => Promise<Answer>,
    failing: (why: VenueFailure) => Answer,
  ): Promise<Answer> => {
    switch (faults.among(SEND_FAULTS, `${name} ${what}`)) {
      case undefined:
        return send(0);
      case 'send-refused':
        return failing({ kind: 'rejected', code: 'NO', reason: 'not today' });
      case 'rate-limited':
        return failing(slowDown(faults));
      case 'send-lost':
        break;
      case 'send-unanswered':
        void send(0);
        break;
      case 'send-late': {
        // Its own way there is within what the venue allows, too.
        const lateMs = faults.between(0, arrivesWithinMs - 1000);
        clock.at(epochMs(clock.now() + lateMs), 'late', async () => void (await send(lateMs)));
      }
    }
    await clock.sleep(requestTimeoutMs);
    return failing(NO_ANSWER);
  };

/** What is heard of a command that failed so. */
export const resultOf = (command: OrderCommand, why: VenueFailure): CommandResult => ({
  id: commandId(command),
  kind: command.kind,
  outcome: outcomeOf(why),
});

export function outcomeOf(why: VenueFailure): CommandOutcome {
  switch (why.kind) {
    case 'rejected':
      return { kind: 'refused', code: why.code, reason: why.reason };
    case 'rate-limited':
      return why;
    case 'outcome-unknown':
      return { kind: 'unknown', detail: why.detail };
  }
}
