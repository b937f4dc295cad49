import { failed, type VenueFailure } from '#shared/domain/failure.ts';
import type { Venue } from '#shared/cycles/venue.ts';
import type { OrderCommand } from '#shared/domain/order.ts';
import { epochMs } from '#shared/domain/units.ts';
import type { CommandOutcome, CommandResult } from '#shared/domain/venue-answers.ts';

/** What goes wrong with one call of `send`. */
export type SendFault =
  /** Never arrives, and nobody answers. */
  | 'lost-before'
  /** Is carried out, and nobody answers. */
  | 'lost-after'
  /** Is carried out a while after nobody answered. */
  | 'late'
  | 'rejected'
  | 'rate-limited';

export type ReadFault = 'no-answer' | 'rate-limited';

export interface Faults {
  /** Fault of the n-th call of `send` (from 0), if any. */
  readonly send?: (call: number) => SendFault | undefined;
  /** Fault of the n-th read of any kind (from 0), if any. */
  readonly read?: (call: number, what: string) => ReadFault | undefined;
  /** Does something a while later: needed for the fault `late`. */
  readonly later?: (act: () => Promise<void>) => void;
}

const noAnswer: VenueFailure = { kind: 'outcome-unknown', detail: 'timeout' };
const slowDown: VenueFailure = { kind: 'rate-limited', retryAfterMs: 2000 };

/** A venue that fails as told, in the ways real ones do. */
export function faultyVenue(venue: Venue, faults: Faults): Venue {
  let sends = 0;
  let reads = 0;
  const read = <T>(what: string, call: () => Promise<T>): Promise<T> => {
    const fault = faults.read?.(reads, what);
    reads += 1;
    if (fault === undefined) return call();
    // Every read answers a VenueOutcome, and a failure is one whatever its value would have been.
    return Promise.resolve(failed(fault === 'no-answer' ? noAnswer : slowDown) as T);
  };
  /** `failing`: what is heard when it is not carried out, or nobody answers. */
  const send = async <T>(call: () => Promise<T>, failing: (why: VenueFailure) => T): Promise<T> => {
    const fault = faults.send?.(sends);
    sends += 1;
    switch (fault) {
      case undefined:
        return call();
      case 'lost-before':
        return failing(noAnswer);
      case 'lost-after':
        await call();
        return failing(noAnswer);
      case 'late':
        faults.later?.(async () => void (await call()));
        return failing(noAnswer);
      case 'rejected':
        return failing({ kind: 'rejected', code: 'NO', reason: 'not today' });
      case 'rate-limited':
        return failing(slowDown);
    }
  };
  return {
    ...venue,
    account: (market) => read('look', () => venue.account(market)),
    fills: (market, since) => read('fills', () => venue.fills(market, since)),
    fundingPayments: (market, from, until) =>
      read('funding', () => venue.fundingPayments(market, from, until)),
    // One that comes late was sent in time.
    send: (commands, expiresAt) =>
      send(
        () => venue.send(commands, epochMs(expiresAt + LATEST_MS)),
        (why) => commands.map((command) => resultOf(command, why)),
      ),
    cancelAll: (market) => send(() => venue.cancelAll(market), failed),
    cancelOurs: (market) => send(() => venue.cancelOurs(market), failed),
  };
}

const LATEST_MS = 60_000;

const resultOf = (command: OrderCommand, why: VenueFailure): CommandResult => ({
  id: command.kind === 'cancel' ? command.venueId : command.clientId,
  kind: command.kind,
  outcome: outcomeOf(why),
});

function outcomeOf(why: VenueFailure): CommandOutcome {
  switch (why.kind) {
    case 'rejected':
      return { kind: 'refused', code: why.code, reason: why.reason };
    case 'rate-limited':
      return why;
    case 'outcome-unknown':
      return { kind: 'unknown', detail: why.detail };
  }
}
