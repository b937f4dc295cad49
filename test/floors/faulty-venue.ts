import { failed, type VenueFailure } from '#shared/domain/failure.ts';
import type { CommandResult, Venue } from '#shared/ports/venue.ts';

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
  return {
    ...venue,
    look: (market) => read('look', () => venue.look(market)),
    fills: (market, since) => read('fills', () => venue.fills(market, since)),
    fundingPayments: (market, from, until) =>
      read('funding', () => venue.fundingPayments(market, from, until)),
    async send(commands) {
      const fault = faults.send?.(sends);
      sends += 1;
      const all = (failure: VenueFailure): readonly CommandResult[] =>
        commands.map((command) => ({ command, outcome: failed(failure) }));
      switch (fault) {
        case undefined:
          return venue.send(commands);
        case 'lost-before':
          return all(noAnswer);
        case 'lost-after':
          await venue.send(commands);
          return all(noAnswer);
        case 'late':
          faults.later?.(async () => void (await venue.send(commands)));
          return all(noAnswer);
        case 'rejected':
          return all({ kind: 'rejected', code: 'NO', reason: 'not today' });
        case 'rate-limited':
          return all(slowDown);
      }
    },
  };
}
