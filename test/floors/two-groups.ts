import type { GroupDeps } from '#shared/cycles/requote/group-deps.ts';
import { marketId } from '#shared/domain/venue/market-id.ts';
import { START } from '#test/builders/market.ts';
import { aProcess } from '#shared/simulation/faults/process.ts';
import { MARKET, openFloor, quietMarket, type TradingFloor } from '#test/floors/trading-floor.ts';

export const ETH = marketId('purple-flea', 'ETH-PERP');

export interface Freeze {
  /** Times in ms after the start. */
  readonly frozenAt: number;
  readonly thawedAt: number;
  readonly newFrom: number;
  /** From then on every look wants other quotes. */
  readonly movesFrom: number;
  /** How long a renewal is on its way to the table, and its answer on the way back. */
  readonly renewMs: readonly [number, number];
}

/** Who claimed ETH by saving it, and who sent what to the venue of it, in order. */
export interface Doing {
  readonly at: number;
  readonly group: string;
  readonly what: 'claim' | 'place' | 'cancel';
}

/** Two groups on one floor: the old one has both markets and stands still, the new one has ETH. */
export function openGroups({ frozenAt, thawedAt, newFrom, movesFrom, renewMs }: Freeze): {
  readonly floor: TradingFloor;
  readonly doings: readonly Doing[];
} {
  const moves = (second: number) => (second * 1000 < movesFrom ? 0 : Math.floor(second) % 2);
  const floor = openFloor({
    events: quietMarket(220, (second) => 100_000 + 60 * moves(second)),
    others: ['ETH-PERP'],
    listsLagMs: 300,
    written: { spreadModel: 'fixed', baseSpreadBps: 10 },
  });
  const doings: Doing[] = [];
  const told = (group: string): GroupDeps => watched(floor, group, doings);
  const frozen = aProcess();
  floor.invoke(0, 'old', {
    ...frozen.inside(withSlowRenewals(told('old'), renewMs)),
    group: 'old',
    markets: [MARKET, ETH],
  });
  floor.doAt(frozenAt, () => frozen.freeze());
  floor.doAt(thawedAt, () => frozen.thaw());
  // Each start looks and goes; the first that finds ETH free trades it.
  for (let start = 0; start < 12; start += 1)
    floor.invoke(newFrom + start * 10_000, `new-${start}`, {
      ...told('new'),
      group: 'new',
      markets: [ETH],
    });
  return { floor, doings };
}

/** The floor's dependencies, and word of what a group does with ETH through them. */
export function watched(floor: TradingFloor, group: string, doings: Doing[]): GroupDeps {
  const { sessions, venue, ...others } = floor.deps.group;
  const { execution } = venue;
  const did = (what: Doing['what']) => doings.push({ at: floor.clock.now() - START, group, what });
  return {
    ...others,
    sessions: {
      ...sessions,
      load: async (market) => floor.deps.group.sessions.load(market),
      async save(session, over) {
        const saved = await sessions.save(session, over);
        if (session.market === ETH && saved === 'saved') did('claim');
        return saved;
      },
    },
    venue: {
      ...venue,
      execution: {
        ...execution,
        send(commands, expiresAt) {
          for (const { market, kind } of commands)
            if (market === ETH) did(kind === 'cancel' ? 'cancel' : 'place');
          return execution.send(commands, expiresAt);
        },
        cancelOurs(market, venueIds) {
          if (market === ETH) did('cancel');
          return execution.cancelOurs(market, venueIds);
        },
      },
    },
  };
}

/** A renewal takes its time both ways, whoever stands still meanwhile. */
function withSlowRenewals(deps: GroupDeps, [there, back]: Freeze['renewMs']): GroupDeps {
  const { leases, clock } = deps;
  const renew: typeof leases.renew = async (...args) => {
    await clock.sleep(there);
    const renewed = await leases.renew(...args);
    await clock.sleep(back);
    return renewed;
  };
  return { ...deps, leases: { ...leases, renew } };
}
