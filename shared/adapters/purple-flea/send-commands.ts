import {
  type Approved,
  type CancelOrder,
  commandId,
  type OrderCommand,
  type PlaceQuote,
  type ReducePosition,
} from '../../domain/order/order.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { CommandOutcome, CommandResult } from '../../domain/venue/venue-answers.ts';
import { pairQuotes } from '../../domain/order/pair-quotes.ts';
import type { Write } from './http/writer.ts';

/**
 * Everything at once, in one round trip: what is sent may arrive in any order, so whoever approved
 * it has counted the old orders and the new.
 */
export async function sendCommands(
  write: Write,
  commands: readonly Approved[],
): Promise<readonly CommandResult[]> {
  const ofKind = <Kind extends OrderCommand['kind']>(
    kind: Kind,
  ): readonly Extract<OrderCommand, { kind: Kind }>[] =>
    commands.filter(
      (command): command is Approved & Extract<OrderCommand, { kind: Kind }> =>
        command.kind === kind,
    );
  const answers = await Promise.all([
    ...ofKind('cancel').map((cancel) => sendCancel(write, cancel)),
    ...pairQuotes(ofKind('place')).map((group) =>
      group.kind === 'pair'
        ? sendPair(write, group.bid, group.ask)
        : sendSingle(write, group.quote),
    ),
    ...ofKind('reduce').map((reduce) => sendReduce(write, reduce)),
    ...ofKind('modify').map(async (modify) => [resultOf(modify, CANNOT_MODIFY)]),
  ]);
  return answers.flat();
}

/** The vendor has no request for it: who reads our abilities asks for none. */
const CANNOT_MODIFY: CommandOutcome = { kind: 'not-sent', why: 'purple-flea cannot modify' };

/** Their time had run out before anything left. */
export const expired = (
  commands: readonly Approved[],
  expiresAt: EpochMs,
  now: EpochMs,
): readonly CommandResult[] =>
  commands.map((command) =>
    resultOf(command, {
      kind: 'not-sent',
      why: `its time ran out ${now - expiresAt} ms before it could be sent`,
    }),
  );

type Results = Promise<readonly CommandResult[]>;

const sendCancel = async (write: Write, cancel: CancelOrder): Results => [
  resultOf(cancel, await write.cancel(cancel.venueId)),
];

async function sendPair(write: Write, bid: PlaceQuote, ask: PlaceQuote): Results {
  const [ofBid, ofAsk] = await write.quote(bid, ask);
  return [resultOf(bid, ofBid), resultOf(ask, ofAsk)];
}

const sendSingle = async (write: Write, quote: PlaceQuote): Results => [
  resultOf(quote, await write.order(quote)),
];

const sendReduce = async (write: Write, reduce: ReducePosition): Results => [
  resultOf(reduce, await write.hedge(reduce)),
];

const resultOf = (command: OrderCommand, outcome: CommandOutcome): CommandResult => ({
  id: commandId(command),
  kind: command.kind,
  outcome,
});
