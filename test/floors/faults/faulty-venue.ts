import { done, failed, type VenueFailure, type VenueOutcome } from '#shared/domain/failure.ts';
import type { MarketId } from '#shared/domain/venue/market-id.ts';
import { epochMs, signedSize } from '#shared/domain/units.ts';
import type { PositionReport } from '#shared/domain/venue/venue-answers.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { ConnectedVenue } from '#shared/ports/connect-venue.ts';
import { outcomeOf, resultOf } from '#shared/simulation/faults/disturbed-venue.ts';

/** What goes wrong with one call that changes something. */
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
  /** Fault of the n-th call that changes something (from 0), if any. */
  readonly send?: (call: number, what: 'send' | 'cancel') => SendFault | undefined;
  /** Fault of the n-th read of any kind (from 0), if any. */
  readonly read?: (call: number, what: string) => ReadFault | undefined;
  /** How long to wait, as `rate-limited` says; 2 s unless told. */
  readonly retryAfterMs?: number;
  /** Does something a while later: needed for the fault `late`. */
  readonly later?: (act: () => Promise<void>) => void;
}

const noAnswer: VenueFailure = { kind: 'outcome-unknown', detail: 'timeout' };

/** A venue that fails as told, in the ways real ones do. */
export function faultyVenue(venue: ConnectedVenue, faults: Faults): ConnectedVenue {
  const slowDown: VenueFailure = {
    kind: 'rate-limited',
    retryAfterMs: faults.retryAfterMs ?? 2000,
  };
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
  const send = async <T>(
    what: 'send' | 'cancel',
    call: () => Promise<T>,
    failing: (why: VenueFailure) => T,
  ): Promise<T> => {
    const fault = faults.send?.(sends, what);
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
  const { data, execution, history } = venue;
  return {
    ...venue,
    data: { ...data, book: (market) => read('book', () => data.book(market)) },
    execution: {
      ...execution,
      account: (market) => read('account', () => execution.account(market)),
      position: (market) => read('account', () => execution.position(market)),
      orders: (market) => read('account', () => execution.orders(market)),
      // One that comes late was sent in time.
      send: (commands, expiresAt) =>
        send(
          'send',
          () => execution.send(commands, epochMs(expiresAt + LATEST_MS)),
          (why) => commands.map((command) => resultOf(command, why)),
        ),
      cancelAll: (market) => send('cancel', () => execution.cancelAll(market), failed),
      cancelOurs: (market, venueIds) =>
        send(
          'cancel',
          () => execution.cancelOurs(market, venueIds),
          (failure) => ({
            results: venueIds.map((id) => ({ id, kind: 'cancel', outcome: outcomeOf(failure) })),
            failure,
          }),
        ),
    },
    history: {
      ...history,
      fills: (market, since) => read('fills', () => history.fills(market, since)),
      fundingPayments: (market, from, until) =>
        read('funding', () => history.fundingPayments(market, from, until)),
    },
  };
}

const LATEST_MS = 60_000;

/** What an account shows, as it was that long ago: its position, or its list of executions. */
export function laggingVenue(
  venue: ConnectedVenue,
  clock: Pick<Clock, 'now'>,
  { positionMs = 0, fillsMs = 0 }: { readonly positionMs?: number; readonly fillsMs?: number },
): ConnectedVenue {
  const { execution, history } = venue;
  const late = async <T extends PositionReport>(
    market: MarketId,
    answer: VenueOutcome<T>,
  ): Promise<VenueOutcome<T>> => {
    const all = await history.fills(market, epochMs(0));
    if (!answer.ok || !all.ok) return answer;
    const hidden = all.value.fills.filter(({ at }) => at > clock.now() - positionMs);
    const size = hidden.reduce(
      (held, fill) => held + (fill.side === 'buy' ? -fill.size : fill.size),
      answer.value.position.size as number,
    );
    const shown = signedSize(Math.round(size * 1e8) / 1e8);
    return done({ ...answer.value, position: { ...answer.value.position, size: shown } });
  };
  return {
    ...venue,
    execution: {
      ...execution,
      account: async (market) => late(market, await execution.account(market)),
      position: async (market) => late(market, await execution.position(market)),
    },
    history: {
      ...history,
      async fills(market, since) {
        const answer = await history.fills(market, since);
        if (!answer.ok) return answer;
        const fills = answer.value.fills.filter(({ at }) => at <= clock.now() - fillsMs);
        return { ok: true, value: { ...answer.value, fills } };
      },
    },
  };
}
