import { type Reason, reason } from '../../domain/reason.ts';
import { requireFinite } from '../../math/require.ts';
import { short } from '../shown.ts';
import { because, NOTHING_KEPT, type Said, type Signal } from './signal.ts';

export interface MarkoutResponse {
  /** 1 to 1.5. */
  readonly spreadFactor: number;
  /** 0.55 to 1. */
  readonly sizeFactor: number;
  readonly reason: Reason | undefined;
}

const TOLERATED_BPS = 2;
// Per bps beyond that, up and down to these bounds.
const SPREAD_PER_BPS = 0.05;
const MOST_SPREAD = 1.5;
const SIZE_PER_BPS = 0.06;
const LEAST_SIZE = 0.55;

const AS_EVER: MarkoutResponse = { spreadFactor: 1, sizeFactor: 1, reason: undefined };

/**
 * Wider and smaller quotes while fills turn out badly (A13); never narrower or larger.
 * `averageMarkoutBps`: what the price did for us 30 s after a fill, a loss negative; undefined
 * while nobody can tell.
 * Source: the rule of LIGHTER_Market_Making's live metrics (djienne, 2026).
 * @throws InvariantError when it is not finite.
 */
export function markoutResponse(averageMarkoutBps: number | undefined): MarkoutResponse {
  if (averageMarkoutBps === undefined) return AS_EVER;
  requireFinite('averageMarkoutBps', averageMarkoutBps);
  const excessBps = -averageMarkoutBps - TOLERATED_BPS;
  if (excessBps <= 0) return AS_EVER;
  const spreadFactor = Math.min(MOST_SPREAD, 1 + SPREAD_PER_BPS * excessBps);
  const sizeFactor = Math.max(LEAST_SIZE, 1 - SIZE_PER_BPS * excessBps);
  const text = `markout ${averageMarkoutBps.toFixed(2)} bps: spread x ${spreadFactor.toFixed(2)}, size x ${sizeFactor.toFixed(2)}`;
  return { spreadFactor, sizeFactor, reason: reason('adverse-markout', text) };
}

type MarkoutReading = Said & Pick<MarkoutResponse, 'spreadFactor' | 'sizeFactor'>;

export const markout: Signal<undefined, MarkoutReading> = {
  ...NOTHING_KEPT,
  read: (_, { view }) => {
    const { spreadFactor, sizeFactor, reason: why } = markoutResponse(view.averageMarkoutBps);
    return { spreadFactor, sizeFactor, reasons: because(why) };
  },
  explain: ({ spreadFactor, sizeFactor }) => [
    ['markout of fills', `spread x ${short(spreadFactor)}, size x ${short(sizeFactor)}`],
  ],
};
