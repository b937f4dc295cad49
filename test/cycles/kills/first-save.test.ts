import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClientOrderId } from '#shared/domain/order/client-order-id.ts';
import type { Approved } from '#shared/domain/order/order.ts';
import { START } from '#test/builders/market.ts';
import { aSpec } from '#test/builders/market.ts';
import { openFloor, quietMarket, type TradingFloor } from '#test/floors/trading-floor.ts';

/** How a market's first start goes. */
interface Story {
  readonly mode: 'off' | 'paper' | 'live';
  /** What is held before the first session, base units. */
  readonly held: number;
  /** How long the session table takes, and until when it takes nothing. */
  readonly saveMs: number;
  readonly savesFromMs: number;
}

interface Sent {
  readonly at: number;
  readonly commands: readonly Approved[];
}

interface Told {
  readonly floor: TradingFloor;
  readonly sent: readonly Sent[];
  /** When the first save was durable. */
  readonly savedAt: number;
}

async function tell({ mode, held, saveMs, savesFromMs }: Story): Promise<Told> {
  const sent: Sent[] = [];
  const floor = openFloor({
    events: quietMarket(90),
    spec: aSpec({ simulated: false }),
    written: { mode, spreadModel: 'fixed', baseSpreadBps: 10 },
    wrapVenue: (venue, clock) => ({
      ...venue,
      execution: {
        ...venue.execution,
        send(commands, expiresAt) {
          sent.push({ at: clock.now() - START, commands });
          return venue.execution.send(commands, expiresAt);
        },
      },
    }),
  });
  const { sessions } = floor.deps.group;
  let savedAt = Infinity;
  const save: typeof sessions.save = async (session) => {
    await floor.clock.sleep(saveMs);
    if (floor.clock.now() - START < savesFromMs) throw new Error('the table is away');
    const saved = await sessions.save(session);
    savedAt = Math.min(savedAt, floor.clock.now() - START);
    return saved;
  };
  floor.doAt(0, () => {
    if (held !== 0) floor.placeByHand({ side: held > 0 ? 'buy' : 'sell', size: Math.abs(held) });
  });
  floor.invoke(1000, 'a', { sessions: { ...sessions, save } });
  await floor.runFor(80_000);
  return { floor, sent, savedAt };
}

const placesOf = (sent: readonly Sent[]): readonly string[] =>
  sent.flatMap(({ commands }) =>
    commands.flatMap((one) => (one.kind === 'place' ? [one.clientId] : [])),
  );

/** Each desk of a shift counts from its own beginning: two at once take turns. */
const countersOf = (sent: readonly Sent[]): readonly number[] =>
  placesOf(sent).map((clientId) => {
    const id = parseClientOrderId(clientId);
    return id?.role === 'quote' ? id.counter : -1;
  });

const stories: fc.Arbitrary<Story> = fc.record({
  mode: fc.constantFrom('off' as const, 'paper' as const, 'live' as const),
  held: fc.constantFrom(0, 0.003, -0.003),
  saveMs: fc.integer({ min: 0, max: 5000 }),
  savesFromMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 45_000 })),
});

describe('a first start', () => {
  it('sends nothing before its first save is durable, nothing where nobody may trade, and trades at one desk at a time (C10)', async () => {
    let [traded, retried] = [0, 0];
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const { floor, sent, savedAt } = await tell(story);
        expect(floor.failures).toEqual([]);
        for (const { at } of sent) expect(at).toBeGreaterThanOrEqual(savedAt);
        if (story.mode !== 'live') expect(placesOf(sent)).toEqual([]);
        const counters = countersOf(sent);
        expect(counters).toEqual(counters.toSorted((a, b) => a - b));
        const sides = floor.resting().map(({ side }) => side);
        expect(new Set(sides).size).toBe(sides.length);
        if (counters.length > 0) traded += 1;
        if (counters.length > 0 && story.savesFromMs > 10_000) retried += 1;
      }),
      { numRuns: 120 },
    );
    expect(traded).toBeGreaterThan(20);
    expect(retried).toBeGreaterThan(4);
  });

  it.each<Pick<Story, 'mode'>>([{ mode: 'off' }, { mode: 'paper' }])(
    'with a position books it, and trades nothing while the mode is $mode and the save takes a while (C10)',
    async ({ mode }) => {
      const { floor, sent } = await tell({ mode, held: -0.003, saveMs: 1500, savesFromMs: 0 });
      expect(sent).toEqual([]);
      expect(floor.reports).toMatchObject([{ kind: 'ran', ended: { kind: 'stopped' } }]);
      expect(floor.deps.ledger.all().map(({ entry }) => entry)).toMatchObject([
        { kind: 'adjustment', size: -0.003 },
      ]);
    },
  );

  it('whose saves fail for a while leaves no desk behind: one trades once they are taken', async () => {
    const { floor, sent } = await tell({
      mode: 'live',
      held: -0.003,
      saveMs: 10,
      savesFromMs: 13_000,
    });
    const counters = countersOf(sent);
    expect(counters.length).toBeGreaterThan(1);
    expect(counters).toEqual(counters.toSorted((a, b) => a - b));
    expect(floor.resting()).toHaveLength(2);
  });
});
