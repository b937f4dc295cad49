import type { MarketId } from '../../domain/venue/market-id.ts';
import type { Desk } from './desk/desk.ts';
import type { GroupDeps, GroupRequest } from './group-deps.ts';
import type { ParameterAudit } from './beside/parameter-audit.ts';
import type { Shift } from './lease/shift.ts';

/** Those of a group that are at work, for whoever brings them news. */
export type Desks = Map<MarketId, Desk>;

interface TradeDeps extends GroupDeps {
  readonly audit: ParameterAudit;
}

/** One market in one invocation's shift. */
export interface MarketShift {
  readonly market: MarketId;
  readonly shift: Shift;
  readonly request: GroupRequest;
  readonly deps: TradeDeps;
  readonly desks: Desks;
}

/** Whether a market may be begun in it. */
export const isOurs = (shift: Shift): boolean =>
  shift.lease() !== undefined && !shift.over() && !shift.handedOver();
