import { CALLED_FOR, type MetricName } from '#shared/schema/metric-name.ts';

/** Something that is put when it happens, market by market, and that a person must hear of. */
export interface Incident {
  readonly metricName: MetricName;
  /** Rings when it happened in so many of the last minutes. */
  readonly minutes: number;
  readonly of: number;
  /** What it means and where to look. */
  readonly meaning: string;
}

const named = (kinds: object): string => Object.keys(kinds).join(', ');

export const incidents: readonly Incident[] = [
  {
    metricName: 'Incident',
    // Each is a thing of its own.
    minutes: 1,
    of: 1,
    meaning: `Something happened that a person must look at, one of ${named(CALLED_FOR.Incident)}. Look at open orders, position and inventory.`,
  },
  {
    metricName: 'PlacingTrouble',
    // Once is nothing: a venue may be slow, or a side short of margin for a moment.
    minutes: 3,
    of: 10,
    meaning: `Again and again the venue refuses every quote of a side, or does not say what became of an order (${named(CALLED_FOR.PlacingTrouble)}). Read its reasons: margin, rights, a halt.`,
  },
  {
    metricName: 'ResidualUnknown',
    // It is compared every five minutes: one comparison may fall into a fill.
    minutes: 10,
    of: 15,
    meaning:
      'The venue marks another position than the books, or says none: nothing proves the P&L. Compare both.',
  },
];
