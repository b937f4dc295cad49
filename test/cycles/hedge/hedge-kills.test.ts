import { describe, expect, it } from 'vitest';
import type { HedgeDeps } from '#shared/cycles/hedge/hedge-deps.ts';
import { runHedge } from '#shared/cycles/hedge/run-hedge.ts';
import { parseClientOrderId } from '#shared/domain/order/client-order-id.ts';
import type { HedgeIntent } from '#shared/domain/trading/hedge.ts';
import { usd } from '#shared/domain/units.ts';
import type { ConnectedVenue } from '#shared/ports/connect-venue.ts';
import { faultyVenue, laggingVenue } from '#test/floors/faults/faulty-venue.ts';
import { aProcess, type KillPoint } from '#shared/simulation/faults/process.ts';
import {
  after,
  KEY,
  MARKET,
  openFloor,
  quietMarket,
  SYMBOL,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

const intent: HedgeIntent = {
  id: 'h1',
  market: MARKET,
  openedAt: after(90_000),
  inventoryUsd: usd(900),
  thresholdUsd: usd(800),
  hedgeFraction: 0.5,
  hedgeMaxSlippageBps: 20,
};

const LAG_MS = 75_000;
/** The session announces a breach again every minute, until its row is done. */
const ANNOUNCED = [100_000, 160_000, 220_000, 280_000, 340_000, 400_000];

interface Killed {
  readonly kill: KillPoint;
  /** How long the first one takes before it may trade. */
  readonly slowMs: number;
  readonly fillsLagMs: number;
  readonly wrapVenue?: (venue: ConnectedVenue) => ConnectedVenue;
}

interface Seen {
  readonly floor: TradingFloor;
  /** Attempts of every order of the hedge that left. */
  readonly attempts: readonly (number | undefined)[];
}

/** A hedge whose first invocation dies at one of its calls, at a venue that shows a trade late. */
async function play({ kill, slowMs, fillsLagMs, wrapVenue }: Killed): Promise<Seen> {
  const attempts: (number | undefined)[] = [];
  const floor = openFloor({
    events: quietMarket(480),
    wrapVenue: (venue, clock) => {
      const faulty = wrapVenue?.(venue) ?? venue;
      const late = laggingVenue(faulty, clock, { positionMs: LAG_MS, fillsMs: fillsLagMs });
      const { execution } = late;
      return {
        ...late,
        execution: {
          ...execution,
          send(commands, expiresAt) {
            for (const command of commands) {
              const id =
                command.kind === 'reduce' ? parseClientOrderId(command.clientId) : undefined;
              attempts.push(id?.role === 'hedge' ? id.attempt : undefined);
            }
            return execution.send(commands, expiresAt);
          },
        },
      };
    },
  });
  floor.doAt(0, () => floor.placeByHand({ side: 'buy', size: 0.009 }));
  floor.doAt(90_000, async () => void (await floor.deps.group.hedges.open(intent)));
  const victim = aProcess(kill);
  const dying = victim.inside(slowly(floor, slowMs));
  ANNOUNCED.forEach((atMs, index) =>
    floor.doAt(atMs, () => {
      const deps = index === 0 ? dying : floor.deps.hedge;
      void runHedge(deps, { market: MARKET, hedgeId: 'h1', owner: `owner-${index}` });
    }),
  );
  await floor.runFor(470_000);
  return { floor, attempts };
}

/** What people wrote takes long to read. */
function slowly({ deps: { hedge }, clock }: TradingFloor, slowMs: number): HedgeDeps {
  const { control } = hedge;
  return {
    ...hedge,
    control: {
      async read(markets) {
        await clock.sleep(slowMs);
        return control.read(markets);
      },
    },
  };
}

const taken = (floor: TradingFloor): number =>
  floor.exchange
    .account(KEY)
    .fills(SYMBOL)
    .filter(({ side }) => side === 'sell').length;

describe('a hedge whose invocation dies', () => {
  for (const slowMs of [0, 54_000])
    for (const fillsLagMs of [0, LAG_MS])
      it(`trades once, ${slowMs} ms after its claim, where trades are shown ${fillsLagMs} ms late and the position later (B6)`, async () => {
        for (let call = 0; call < 20; call += 1)
          for (const when of ['before', 'after'] as const) {
            const { floor } = await play({ kill: { call, when }, slowMs, fillsLagMs });
            const row = await floor.deps.group.hedges.read(MARKET);
            expect([call, when, floor.held(), taken(floor), row?.status.kind]).toEqual([
              call,
              when,
              0.0045,
              1,
              'done',
            ]);
          }
      });

  it('gives no other order the id of one that may have traded (B6)', async () => {
    for (let call = 0; call < 20; call += 1)
      for (const when of ['before', 'after'] as const) {
        const wrapVenue = (venue: ConnectedVenue) =>
          faultyVenue(venue, { send: (sent) => (sent === 0 ? 'lost-before' : undefined) });
        const { attempts } = await play({
          kill: { call, when },
          slowMs: 0,
          fillsLagMs: 0,
          wrapVenue,
        });
        expect([call, when, new Set(attempts).size]).toEqual([call, when, attempts.length]);
      }
  });

  it('says all that it took off, whoever of its invocations did (B6)', async () => {
    const kills = Array.from({ length: 20 }, (_, call) => ({ call, when: 'after' as const }));
    for (const kill of kills) {
      const { floor } = await play({ kill, slowMs: 0, fillsLagMs: 0 });
      const row = await floor.deps.group.hedges.read(MARKET);
      const outcome = row?.status.kind === 'done' ? row.status.outcome : undefined;
      expect([kill.call, outcome?.kind]).toEqual([kill.call, 'hedged']);
      expect(outcome).toHaveProperty('reducedUsd', expect.closeTo(450, 1));
    }
  });
});
