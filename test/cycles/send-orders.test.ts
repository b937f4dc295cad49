import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSender } from '#shared/cycles/requote/desk/send-orders.ts';
import { createShift } from '#shared/cycles/requote/lease/shift.ts';
import type { MarketEvent } from '#shared/domain/trading/market-event.ts';
import type { OrderCommand } from '#shared/domain/order/order.ts';
import { epochMs } from '#shared/domain/units.ts';
import { aCancel, aQuote, approved } from '#test/contracts/venue-play.ts';
import { openFloor } from '#test/floors/trading-floor.ts';
import { RULES } from '../builders/play/lone-market.ts';
import { START } from '../builders/market.ts';

const { arrivesWithinMs } = RULES.abilities;
const group = 'g';

/** Sends so long before the lease ends, and tells what left, until when, and what was answered. */
async function sentAt(leftMs: number, commands: readonly OrderCommand[]) {
  const deps = openFloor({ events: [] }).deps.group;
  const left: { kinds: readonly string[]; expiresAt: number }[] = [];
  const execution: typeof deps.venue.execution = {
    ...deps.venue.execution,
    async send(some, expiresAt) {
      left.push({ kinds: some.map(({ kind }) => kind), expiresAt });
      return some.map((one) => ({
        id: one.kind === 'cancel' ? one.venueId : one.clientId,
        kind: one.kind,
        outcome: { kind: 'unknown', detail: 'not asked' },
      }));
    },
  };
  const leaseEnds = epochMs(START + leftMs);
  const shift = createShift({
    wasHeld: false,
    lease: {
      group,
      owner: 'a',
      fence: 1,
      acquiredAt: START,
      expiresAt: leaseEnds,
      markets: [RULES.market],
      yieldTo: undefined,
    },
    giveUpAt: epochMs(START + 1e6),
    arrivesWithinMs,
  });
  const heard: MarketEvent[] = [];
  const venue = { ...deps.venue, execution };
  const send = createSender({ ...deps, venue }, shift, RULES, (event) => void heard.push(event));
  const all = approved(...commands);
  await send({ kind: 'send', id: 1, commands: all, seenAt: START, maxAgeMs: 2000 });
  return { left, leaseEnds, heard };
}

describe('what is sent', () => {
  const command = fc
    .constantFrom('place', 'cancel')
    .map((kind, index = 0): OrderCommand =>
      kind === 'place' ? aQuote('buy') : aCancel(`o${index}`),
    );

  it('leaves no later than it can arrive within the lease: a quote by then, a cancel by its end', async () => {
    let [quotes, lateCancels] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -1000, max: 3 * arrivesWithinMs }),
        fc.array(command, { minLength: 1, maxLength: 5 }),
        async (leftMs, commands) => {
          const { left, leaseEnds, heard } = await sentAt(leftMs, commands);
          for (const { kinds, expiresAt } of left) {
            expect(expiresAt).toBeLessThanOrEqual(leaseEnds);
            if (kinds.includes('place')) {
              expect(expiresAt + arrivesWithinMs).toBeLessThanOrEqual(leaseEnds);
              quotes += 1;
            } else if (leftMs <= arrivesWithinMs) lateCancels += 1;
          }
          const [event] = heard;
          expect(event?.kind === 'sent' && event.results).toHaveLength(commands.length);
          const cancels = commands.filter(({ kind }) => kind === 'cancel').length;
          const sent = left.flatMap(({ kinds }) => kinds);
          if (leftMs > 0) expect(sent.filter((kind) => kind === 'cancel')).toHaveLength(cancels);
          else expect(sent).toEqual([]);
        },
      ),
    );
    expect(quotes).toBeGreaterThan(20);
    expect(lateCancels).toBeGreaterThan(5);
  });
});
