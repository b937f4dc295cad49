import { done, failed, type VenueFailure, type VenueOutcome } from '../domain/failure.ts';
import type { MarketSymbol } from '../domain/market.ts';
import type { OrderCommand } from '../domain/order.ts';
import type {
  AccountSnapshot,
  BookPicture,
  CommandOutcome,
  CommandResult,
} from '../domain/venue-answers.ts';
import type { CommandAnswer } from '../orders/order-lifecycle.ts';
import type { AccountHistory } from '../ports/account-history.ts';
import type { ConnectedVenue } from '../ports/connect-venue.ts';
import type { Execution } from '../ports/execution.ts';
import type { MarketData } from '../ports/market-data.ts';

/** A connected venue with its ports in one. */
export type Venue = MarketData & Execution & AccountHistory & Pick<ConnectedVenue, 'clockSkewMs'>;

export const inOne = ({ data, execution, history, clockSkewMs }: ConnectedVenue): Venue => ({
  ...data,
  ...execution,
  ...history,
  clockSkewMs,
});

/** One picture of a market and of what is ours there. */
export type VenueLook = BookPicture & AccountSnapshot;

/**
 * Book and account at once. Of a list of orders that may have been cut nothing can be taken for
 * gone, so nothing is decided on it.
 */
export async function lookAt(venue: Venue, market: MarketSymbol): Promise<VenueOutcome<VenueLook>> {
  const [picture, account] = await Promise.all([venue.book(market), venue.account(market)]);
  if (!picture.ok) return picture;
  if (!account.ok) return account;
  if (!account.value.complete)
    return failed({
      kind: 'rejected',
      code: 'incomplete',
      reason: account.value.doubtful?.join('; ') ?? 'the list of orders may have been cut',
    });
  return done({
    ...picture.value,
    ...account.value,
    requestsLeftRatio: Math.min(picture.value.requestsLeftRatio, account.value.requestsLeftRatio),
  });
}

/** What became of each command, in the order of the commands. */
export function answersOf(
  commands: readonly OrderCommand[],
  results: readonly CommandResult[],
): readonly CommandAnswer[] {
  const byId = new Map(results.map(({ id, outcome }) => [id, outcome]));
  return commands.map((command) => {
    const outcome = byId.get(command.kind === 'cancel' ? command.venueId : command.clientId);
    return { command, outcome: answerOf(outcome ?? NO_RESULT) };
  });
}

const NO_RESULT: CommandOutcome = { kind: 'unknown', detail: 'the venue had no result for it' };

function answerOf(outcome: CommandOutcome): CommandAnswer['outcome'] {
  const failure = failureOf(outcome);
  if (failure !== undefined) return failed(failure);
  return done(outcome.kind === 'placed' ? { venueId: outcome.venueId } : {});
}

function failureOf(outcome: CommandOutcome): VenueFailure | undefined {
  switch (outcome.kind) {
    case 'placed':
    case 'cancelled':
    case 'gone':
    case 'reduced':
      return undefined;
    case 'rate-limited':
      return outcome;
    case 'refused':
      return { kind: 'rejected', code: outcome.code, reason: outcome.reason };
    case 'not-sent':
      return { kind: 'rejected', code: 'not-sent', reason: outcome.why };
    case 'unknown':
      return { kind: 'outcome-unknown', detail: outcome.detail };
  }
}
