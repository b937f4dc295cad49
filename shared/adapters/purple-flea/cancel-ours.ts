import type { VenueFailure } from '../../domain/failure.ts';
import type {
  CommandOutcome,
  CommandResult,
  OursCancelled,
} from '../../domain/venue/venue-answers.ts';
import { type OrderList, readOrders } from './read-orders.ts';
import type { Read } from './http/reader.ts';
import type { Write } from './http/writer.ts';

/** A list cut at twenty rows needs as many turns as there are twenties. */
const MAX_TURNS = 50;

export interface CancelParts {
  readonly read: Read;
  readonly writer: () => Write;
  readonly symbol: string;
  readonly isOurs: (clientId: string) => boolean;
}

/**
 * Cancels what is named at once, whatever the list shows; beside it lists, cancels each of ours,
 * and lists again for as long as the list may have been cut and shows orders that were not
 * cancelled before. Fails if any cancel failed, or if the list was never seen to its end.
 */
export async function cancelOurs(
  parts: CancelParts,
  venueIds: readonly string[],
): Promise<OursCancelled> {
  const [named, listed] = await Promise.all([
    cancelEach(parts.writer(), venueIds),
    cancelListed(parts, new Set(venueIds)),
  ]);
  const results = [...named, ...listed.results];
  return { results, failure: firstFailure(named) ?? listed.failure };
}

/** Of what a list shows, all that is ours and was not cancelled already. */
async function cancelListed(
  { read, writer, symbol, isOurs }: CancelParts,
  cancelled: Set<string>,
): Promise<OursCancelled> {
  const results: CommandResult[] = [];
  const ended = (failure: VenueFailure | undefined): OursCancelled => ({ results, failure });
  for (let turn = 1; turn <= MAX_TURNS; turn += 1) {
    const list = await readOrders(read, symbol);
    if (!list.ok) return ended(list.failure);
    const { resting, carriesIds, doubtful } = list.value;
    if (resting.length > 0 && !carriesIds) return ended(await failureOfAll(writer(), symbol));
    const ours = oursIn(resting, isOurs).filter((venueId) => !cancelled.has(venueId));
    for (const venueId of ours) cancelled.add(venueId);
    const answers = await cancelEach(writer(), ours);
    results.push(...answers);
    const failure = firstFailure(answers);
    if (failure !== undefined || doubtful.length === 0) return ended(failure);
    if (ours.length === 0) return ended(unknown(doubtful.join('; ')));
  }
  return ended(unknown(`orders of ours are still listed after ${MAX_TURNS} lists`));
}

const oursIn = (
  resting: OrderList['resting'],
  isOurs: (clientId: string) => boolean,
): readonly string[] =>
  resting.flatMap(({ venueId, clientId }) =>
    clientId !== undefined && isOurs(clientId) ? [venueId] : [],
  );

const unknown = (detail: string): VenueFailure => ({ kind: 'outcome-unknown', detail });

async function failureOfAll(write: Write, symbol: string): Promise<VenueFailure | undefined> {
  const outcome = await write.cancelAll(symbol);
  return outcome.ok ? undefined : outcome.failure;
}

/** All are tried. */
const cancelEach = (write: Write, venueIds: readonly string[]): Promise<readonly CommandResult[]> =>
  Promise.all(
    venueIds.map(async (id) => ({ id, kind: 'cancel', outcome: await write.cancel(id) }) as const),
  );

const firstFailure = (results: readonly CommandResult[]): VenueFailure | undefined =>
  results.map(({ outcome }) => failureOf(outcome)).find((failure) => failure !== undefined);

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
      return unknown(outcome.detail);
    case 'placed':
    case 'modified':
    case 'neither':
    case 'reduced':
      return unknown(`a cancel was answered as ${outcome.kind}`);
  }
}
