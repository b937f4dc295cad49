import * as z from 'zod/mini';
import { epochMs } from '../../../domain/units.ts';
import type { Lease } from '../../../ports/stores/lease-store.ts';
import { marketIdField } from '../../../schema/market-id.ts';
import { count, filledText, type Schema, unitOf } from './attribute.ts';
import type { Item } from './item.ts';

const time = unitOf(epochMs);
const markets = z.array(marketIdField);

const held = z.object({
  market: filledText,
  owner: filledText,
  fence: count,
  acquiredAt: time,
  expiresAt: time,
  markets,
  yieldTo: z.optional(z.object({ by: filledText, until: time, ready: markets, cannot: markets })),
});

/** LEASE in the State table, where the key `market` is the group's name. */
export const heldLease: Schema<Lease> = z.pipe(
  held,
  z.transform(({ market: group, yieldTo, ...lease }): Lease => ({
    group,
    ...lease,
    yieldTo: yieldTo,
  })),
);

/** What release leaves: the fence alone, so that the next one is higher. */
const releasedLease = z.object({
  owner: z.optional(z.never()),
  fence: count,
  expiresAt: z.literal(0),
});

export const isReleased = (raw: Item): boolean => releasedLease.safeParse(raw).success;
