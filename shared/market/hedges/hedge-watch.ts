import type { HedgesPast } from '../../domain/trading/hedge.ts';
import type { OpenHedge } from '../../domain/trading/market-event.ts';
import type { Side } from '../../domain/order/side.ts';
import type { EpochMs, Size } from '../../domain/units.ts';

/** The breach that is being worked off, and how long to wait after one that could not be. */
export interface HedgeWatch extends HedgesPast {
  readonly open: OpenHedge | undefined;
  /** The one that ended last, until all of it is booked and shown, or had to be. */
  readonly ended: EndedHedge | undefined;
}

interface EndedHedge {
  readonly side: Side;
  readonly atMost: Size;
  /** From then on the venue's lists show what it did. */
  readonly shownFrom: EpochMs;
}
