import { done, failed, type VenueFailure, type VenueOutcome } from '../../domain/failure.ts';
import type { CommandOutcome } from '../../domain/venue-answers.ts';
import { readOrders } from './read-orders.ts';
import type { Read } from './reader.ts';
import type { Write } from './writer.ts';

/** A list cut at twenty rows needs as many turns as there are twenties. */
const MAX_TURNS = 50;

/**
 * Lists, cancels each of ours at once, and lists again for as long as the list may have been cut
 * and shows orders that were not cancelled before. Fails if any cancel failed, or if the list was
 * never seen to its end.
 */
export async function cancelOurs(
  read: Read,
  writer: () => Write,
  symbol: string,
  isOurs: (clientId: string) => boolean,
): Promise<VenueOutcome<'cancelled'>> {
  const cancelled = new Set<string>();
  for (let turn = 1; turn <= MAX_TURNS; turn += 1) {
    const list = await readOrders(read, symbol);
    if (!list.ok) return list;
    const { resting, carriesIds, doubtful } = list.value;
    if (resting.length > 0 && !carriesIds) return writer().cancelAll(symbol);
    const ours = resting.filter(
      ({ venueId, clientId }) =>
        clientId !== undefined && isOurs(clientId) && !cancelled.has(venueId),
    );
    const failure = await cancelEach(
      writer(),
      ours.map(({ venueId }) => venueId),
    );
    if (failure !== undefined) return failed(failure);
    if (doubtful.length === 0) return done('cancelled');
    if (ours.length === 0) return failed({ kind: 'outcome-unknown', detail: doubtful.join('; ') });
    for (const { venueId } of ours) cancelled.add(venueId);
  }
  return failed({
    kind: 'outcome-unknown',
    detail: `orders of ours are still listed after ${MAX_TURNS} lists`,
  });
}

/** The first failure, after all were tried. */
async function cancelEach(
  write: Write,
  venueIds: readonly string[],
): Promise<VenueFailure | undefined> {
  const outcomes = await Promise.all(venueIds.map((venueId) => write.cancel(venueId)));
  return outcomes.map(failureOf).find((failure) => failure !== undefined);
}

function failureOf(outcome: CommandOutcome): VenueFailure | undefined {
  switch (outcome.kind) {
    case 'cancelled':
    case 'gone':
      return undefined;
    case 'rate-limited':
      return outcome;
    case 'refused':
      return { kind: 'rejected', code: outcome.code, reason: outcome.reason };
    case 'not-sent':
      return { kind: 'rejected', code: 'not-sent', reason: outcome.why };
    case 'unknown':
      return { kind: 'outcome-unknown', detail: outcome.detail };
    case 'placed':
    case 'modified':
    case 'neither':
    case 'reduced':
      return { kind: 'outcome-unknown', detail: `a cancel was answered as ${outcome.kind}` };
  }
}
