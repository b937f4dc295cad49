import * as z from 'zod/mini';
import type { MarketId } from '../../domain/market-id.ts';
import { epochMs } from '../../domain/units.ts';
import type { Lease } from '../../ports/lease-store.ts';
import { count, filledText, unitOf } from './attribute.ts';
import { parseItem } from './item.ts';

const heldLease = z.object({
  owner: filledText,
  fence: count,
  acquiredAt: unitOf(epochMs),
  expiresAt: unitOf(epochMs),
  yieldTo: z.optional(z.string()),
});

/** What release leaves: the fence alone, so that the next one is higher. */
const releasedLease = z.object({
  owner: z.optional(z.never()),
  fence: count,
  expiresAt: z.literal(0),
});

/** Undefined when the lease was released. @throws InputError naming the attribute that is wrong. */
export function parseLease(market: MarketId, raw: unknown, where: string): Lease | undefined {
  if (z.safeParse(releasedLease, raw).success) return undefined;
  const held = parseItem(heldLease, raw, where);
  return { market, ...held, yieldTo: held.yieldTo };
}
