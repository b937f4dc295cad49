import { symbolOf } from '../../domain/venue/market-id.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { VenueAbilities } from '../../domain/venue/venue-abilities.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Execution } from '../../ports/execution.ts';
import { cancelOurs } from './cancel-ours.ts';
import { type LotOf, readAccount, readOpenOrders, readPosition } from './read-account.ts';
import type { Read } from './http/reader.ts';
import { expired, sendCommands } from './send-commands.ts';
import type { Write } from './http/writer.ts';

export interface ExecutionParts {
  readonly can: VenueAbilities;
  readonly read: Read;
  /** A writer whose time limit begins now; nothing of it leaves at or after that time. */
  readonly writer: (leavesBefore?: EpochMs) => Write;
  readonly clock: Pick<Clock, 'now'>;
  readonly lotOf: LotOf;
  readonly isOurs: (clientId: string, symbol: string) => boolean;
}

/** One account of the vendor's. */
export const createExecution = (parts: ExecutionParts): Execution => ({
  can: parts.can,
  account: (market) => readAccount(parts.read, symbolOf(market), parts.lotOf),
  position: (market) => readPosition(parts.read, symbolOf(market), parts.lotOf),
  orders: (market) => readOpenOrders(parts.read, symbolOf(market), parts.lotOf),
  async send(commands, expiresAt) {
    const now = parts.clock.now();
    return now >= expiresAt
      ? expired(commands, expiresAt, now)
      : sendCommands(parts.writer(expiresAt), commands);
  },
  cancelOurs: (market, venueIds) => {
    const symbol = symbolOf(market);
    const isOurs = (id: string): boolean => parts.isOurs(id, symbol);
    return cancelOurs({ read: parts.read, writer: parts.writer, symbol, isOurs }, venueIds);
  },
  cancelAll: (market) => parts.writer().cancelAll(symbolOf(market)),
});
