import {
  describeFailure,
  failed,
  InvariantError,
  type VenueOutcome,
} from '../../domain/failure.ts';
import type { MarketId } from '../../domain/market-id.ts';
import type {
  Approved,
  CancelAll,
  CancelOrder,
  OrderCommand,
  PlaceQuote,
  ReducePosition,
} from '../../domain/order.ts';
import type { CommandDone, CommandResult } from '../../ports/venue.ts';
import { type Numbered, pairQuotes } from './pair-quotes.ts';
import type { Write } from './writer.ts';

type Settled = readonly (readonly [index: number, outcome: VenueOutcome<CommandDone>])[];

/**
 * Cancels first, all at once; then the rest, all at once. Where a cancel did not certainly work,
 * orders may be live that nobody counts on, so nothing is quoted on top of them in that market.
 */
export async function sendCommands(
  write: Write,
  commands: readonly Approved[],
): Promise<readonly CommandResult[]> {
  const { cancels, places, reduces } = byKind(commands);
  const cancelled = (await Promise.all(cancels.map((cancel) => sendCancel(write, cancel)))).flat();
  const doubts = doubtsByMarket(commands, cancelled);
  const rest = await Promise.all([
    ...pairQuotes(places.filter(({ command }) => !doubts.has(command.market))).map((group) =>
      group.kind === 'pair'
        ? sendPair(write, group.bid, group.ask)
        : sendSingle(write, group.quote),
    ),
    ...reduces.map((reduce) => sendReduce(write, reduce)),
  ]);
  const withheld = places.flatMap(({ index, command }) =>
    refusalsFor(index, doubts.get(command.market)),
  );
  const outcomes = new Map([...cancelled, ...rest.flat(), ...withheld]);
  return commands.map((command, index) => ({ command, outcome: outcomeAt(outcomes, index) }));
}

interface ByKind {
  readonly cancels: readonly Numbered<CancelOrder | CancelAll>[];
  readonly places: readonly Numbered<PlaceQuote>[];
  readonly reduces: readonly Numbered<ReducePosition>[];
}

function byKind(commands: readonly OrderCommand[]): ByKind {
  const cancels: Numbered<CancelOrder | CancelAll>[] = [];
  const places: Numbered<PlaceQuote>[] = [];
  const reduces: Numbered<ReducePosition>[] = [];
  for (const [index, command] of commands.entries()) {
    switch (command.kind) {
      case 'cancel':
      case 'cancel-all':
        cancels.push({ index, command });
        break;
      case 'place':
        places.push({ index, command });
        break;
      case 'reduce':
        reduces.push({ index, command });
        break;
    }
  }
  return { cancels, places, reduces };
}

async function sendCancel(
  write: Write,
  { index, command }: Numbered<CancelOrder | CancelAll>,
): Promise<Settled> {
  const outcome =
    command.kind === 'cancel'
      ? await write.cancel(command.venueId)
      : await write.cancelAll(command.market);
  return [[index, outcome]];
}

async function sendPair(
  write: Write,
  bid: Numbered<PlaceQuote>,
  ask: Numbered<PlaceQuote>,
): Promise<Settled> {
  const [bidDone, askDone] = await write.quote(bid.command, ask.command);
  return [
    [bid.index, bidDone],
    [ask.index, askDone],
  ];
}

const sendSingle = async (
  write: Write,
  { index, command }: Numbered<PlaceQuote>,
): Promise<Settled> => [[index, await write.order(command)]];

const sendReduce = async (
  write: Write,
  { index, command }: Numbered<ReducePosition>,
): Promise<Settled> => [[index, await write.hedge(command)]];

/** For each market where a cancel failed, what the first one said. */
function doubtsByMarket(
  commands: readonly OrderCommand[],
  cancelled: Settled,
): ReadonlyMap<MarketId, string> {
  const doubts = new Map<MarketId, string>();
  for (const [index, outcome] of cancelled) {
    const market = commands[index]?.market;
    if (market !== undefined && !outcome.ok && !doubts.has(market))
      doubts.set(market, describeFailure(outcome.failure));
  }
  return doubts;
}

function refusalsFor(index: number, doubt: string | undefined): Settled {
  if (doubt === undefined) return [];
  return [
    [
      index,
      failed({
        kind: 'rejected',
        code: 'cancel-failed',
        reason: `not sent, a cancel in the market failed: ${doubt}`,
      }),
    ],
  ];
}

function outcomeAt(
  outcomes: ReadonlyMap<number, VenueOutcome<CommandDone>>,
  index: number,
): VenueOutcome<CommandDone> {
  const outcome = outcomes.get(index);
  if (outcome === undefined)
    throw new InvariantError(`command ${index} was neither sent nor refused`);
  return outcome;
}
