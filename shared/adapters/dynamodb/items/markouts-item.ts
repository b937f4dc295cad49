import * as z from 'zod/mini';
import {
  MARKOUT_HORIZONS_MS,
  type MarkoutCell,
  type Markouts,
  type PendingMarkout,
} from '../../../domain/books/markouts.ts';
import { epochMs, price } from '../../../domain/units.ts';
import { count, double, filledText, type Schema, unitOf } from './attribute.ts';

const side = z.enum(['buy', 'sell']);
const level = z.union([z.literal('none'), count]);
const liquidity = z.enum(['maker', 'taker']);
const horizon = z.literal(MARKOUT_HORIZONS_MS);

type Values = readonly (string | number)[];

/** Values without names: names would be most of an item that is written every few seconds. */
const ofCell = (one: MarkoutCell): Values => [
  one.side,
  one.level,
  one.liquidity,
  one.horizonMs,
  one.fills,
  one.dropped,
  one.losing,
  one.bps,
  one.squaredBps,
  one.volumeUsd,
  one.usd,
  one.edgeUsd,
  one.lateMs,
];

const sums = [double, double, double, double, double, double] as const;

const cell: Schema<MarkoutCell> = z.pipe(
  z.tuple([side, level, liquidity, horizon, count, count, count, ...sums]),
  z.transform((values): MarkoutCell => {
    const [of, at, by, horizonMs, fills, dropped, losing, ...rest] = values;
    const [bps, squaredBps, volumeUsd, usd, edgeUsd, lateMs] = rest;
    const group = { side: of, level: at, liquidity: by, horizonMs };
    return {
      ...group,
      fills,
      dropped,
      bps,
      squaredBps,
      losing,
      volumeUsd,
      usd,
      edgeUsd,
      lateMs,
    };
  }),
);

const ofPending = (one: PendingMarkout): Values => [
  one.side,
  one.level,
  one.liquidity,
  one.fillId,
  one.at,
  one.price,
  one.size,
  one.edgeUsd,
  one.dueAt,
];

const pending: Schema<PendingMarkout> = z.pipe(
  z.tuple([
    side,
    level,
    liquidity,
    filledText,
    unitOf(epochMs),
    unitOf(price),
    double,
    double,
    double,
  ]),
  z.transform((values): PendingMarkout => {
    const [of, quoted, by, fillId, at, paid, size, edgeUsd, dueAt] = values;
    const group = { side: of, level: quoted, liquidity: by };
    return { ...group, fillId, at, price: paid, size, edgeUsd, dueAt };
  }),
);

/** Of the SESSION item. */
export const markoutsItem: Schema<Markouts> = z.object({
  pending: z.array(pending),
  cells: z.array(cell),
});

export const markoutValues = ({ pending: waiting, cells }: Markouts): object => ({
  pending: waiting.map(ofPending),
  cells: cells.map(ofCell),
});
