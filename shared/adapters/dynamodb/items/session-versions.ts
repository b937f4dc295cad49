import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import type { Schema } from './attribute.ts';
import type { Item } from './item.ts';

/**
 * What each version added, from the one before it: whoever adds an attribute of SESSION adds a row
 * with what an item without it means. Without one, a deployment would rebuild every session.
 */
const ADDED: readonly ((older: Item) => Item)[] = [
  // 2: before it the clock alone kept ids apart.
  (older) => ({ nextCounter: 0, ...older }),
  // 3: before it every fact up to the last one's number was taken for contained.
  (older) => ({ contained: containedBefore(older), ...older }),
  // 4: before it each holder began without any; the end of the last hedge is heard once more.
  (older) => ({ hedges: NO_HEDGES, waits: NO_WAITS, ...older }),
  // 5: before it each holder measured anew.
  (older) => ({ markouts: { pending: [], cells: [] }, ...older }),
];

const NO_HEDGES = {
  endedId: null,
  reduced: null,
  unhedgedInRow: 0,
  notBefore: 0,
  takenUsd: 0,
  tooSmallSaid: false,
};
const NO_REFUSALS = { inRow: 0, placeFrom: 0 };
const NO_WAITS = {
  unexplainedSince: null,
  doubted: null,
  refusals: { buy: NO_REFUSALS, sell: NO_REFUSALS },
  pauseUntil: 0,
};

const containedBefore = ({ fence, lastFact }: Item): unknown => ({
  allBefore: { fence, number: Number(lastFact) + 1 },
  ranges: [],
});

/** The first was not written down. */
const FIRST = 1;
export const SESSION_VERSION = FIRST + ADDED.length;

/** An item of any version up to this one as this one writes it; a newer one stays as it is. */
export const upgradedSession = <T>(schema: Schema<T>): Schema<T> =>
  z.pipe(
    z.pipe(
      z.looseObject({ version: withDefault(z.int().check(z.gte(FIRST)), FIRST) }),
      z.transform(({ version, ...item }): unknown =>
        ADDED.slice(version - FIRST).reduce<Item>((older, added) => added(older), item),
      ),
    ),
    schema,
  );
