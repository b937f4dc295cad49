import { InputError, wordsOf } from '../../domain/failure.ts';
import type { HedgeRecord } from '../../domain/trading/hedge.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { MarketMark } from '../../domain/venue/market-mark.ts';
import type { Control } from '../../ports/stores/control-store.ts';
import type { Lease } from '../../ports/stores/lease-store.ts';
import { WATCHDOG_BOUNDS, type WatchdogDeps, type WatchedGroup } from './watchdog-deps.ts';

/** An item that cannot be read is not one that is not there. */
export type Read<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'unreadable' };

/** A market as the tables have it. */
export interface WatchedMarket {
  readonly market: MarketId;
  readonly group: string;
  /** Undefined where nobody holds it: it was left in order, or never taken. */
  readonly lease: Read<Lease | undefined>;
  readonly mark: MarketMark | undefined;
  readonly control: Control | undefined;
  readonly hedge: Read<HedgeRecord | undefined>;
  /** It was so at this time, or later. */
  readonly askedAt: EpochMs;
}

/** Undefined where the tables answer neither now nor a little later. */
export async function readStage(
  deps: WatchdogDeps,
  groups: readonly WatchedGroup[],
): Promise<readonly WatchedMarket[] | undefined> {
  for (let tries = 0; tries < 2; tries += 1) {
    if (tries > 0) await deps.clock.sleep(WATCHDOG_BOUNDS.readAgainMs);
    try {
      return await readOnce(deps, groups);
    } catch (error) {
      deps.log.error('the tables cannot be read', { why: wordsOf(error) });
    }
  }
  return undefined;
}

/** All of it in one moment, so that it is one call of the tables. */
async function readOnce(
  deps: WatchdogDeps,
  groups: readonly WatchedGroup[],
): Promise<readonly WatchedMarket[]> {
  const { clock, sessions, control, hedges } = deps;
  const askedAt = clock.now();
  const markets = groups.flatMap((group) => group.markets);
  const [leases, marks, controls, rows] = await Promise.all([
    Promise.all(groups.map(({ name }) => readLease(deps, name))),
    sessions.marks(markets),
    control.read(markets),
    Promise.all(markets.map((market) => readItem(deps, () => hedges.read(market)))),
  ]);
  const markOf = new Map(marks.map((mark) => [mark.market, mark]));
  const hedgeOf = new Map(markets.map((market, index) => [market, rows[index] ?? UNREADABLE]));
  return groups.flatMap((group, index) =>
    group.markets.map((market) => ({
      market,
      group: group.name,
      lease: leases[index] ?? UNREADABLE,
      mark: markOf.get(market),
      control: controls.get(market),
      hedge: hedgeOf.get(market) ?? UNREADABLE,
      askedAt,
    })),
  );
}

/** @throws Error when the table does not answer. */
export const readLease = (
  deps: Pick<WatchdogDeps, 'leases' | 'log'>,
  group: string,
): Promise<Read<Lease | undefined>> => readItem(deps, () => deps.leases.read(group));

async function readItem<T>(
  { log }: Pick<WatchdogDeps, 'log'>,
  read: () => Promise<T>,
): Promise<Read<T>> {
  try {
    return { kind: 'read', value: await read() };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    log.error('an item cannot be read', { why: error.message });
    return UNREADABLE;
  }
}

/** Nobody holds it: it was released, or never taken. */
export const wasLeftInOrder = (lease: Read<Lease | undefined>): boolean =>
  lease.kind === 'read' && lease.value === undefined;

const UNREADABLE = { kind: 'unreadable' } as const;
