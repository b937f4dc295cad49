import type {
  Approved,
  CancelOrder,
  ModifyQuote,
  OrderCommand,
  PlaceQuote,
  ReducePosition,
} from '../domain/order/order.ts';
import { type Reason, reason } from '../domain/reason.ts';
import { reducingSide } from '../domain/order/side.ts';
import { type MayFill, worstCaseUsd } from './exposure.ts';

export interface ReviewLimits {
  readonly maxInventoryUsd: number;
  /** Undefined while no price is known: then no quote passes. */
  readonly mid: number | undefined;
  /**
   * What the position may be, signed base units: more than one figure when our fills and the venue
   * disagree.
   */
  readonly positions: readonly [number, ...number[]];
  /** Everything of ours that may still fill, in any state, also what this very batch cancels. */
  readonly working: readonly MayFill[];
}

export interface Review {
  readonly approved: readonly Approved[];
  readonly refused: readonly { readonly command: OrderCommand; readonly why: Reason }[];
}

/**
 * The last guard, and the only maker of approved commands. Cancels always pass. A quote passes only
 * if the position plus every order that may still fill on that side, itself included, stays within
 * the cap. A modify makes a quote like any other: the order it replaces counts beside it, for that
 * may trade all but its last lot before the modify arrives; where the quote is refused, the order
 * goes. A reduction passes only if it reduces, and by no more than there is in every account of the
 * position.
 */
export function reviewCommands(commands: readonly OrderCommand[], limits: ReviewLimits): Review {
  const approved: Approved[] = [];
  const refused: { command: OrderCommand; why: Reason }[] = [];
  const mayFill: MayFill[] = [...limits.working];
  for (const command of commands) {
    const why = refusal(command, limits, mayFill);
    if (why !== undefined) {
      refused.push({ command, why });
      if (command.kind === 'modify') approved.push(cancelInstead(command) as Approved);
      continue;
    }
    approved.push(command as Approved);
    if (command.kind === 'place' || command.kind === 'modify') mayFill.push(asMayFill(command));
  }
  return { approved, refused };
}

const cancelInstead = ({ market, venueId }: ModifyQuote): CancelOrder => ({
  kind: 'cancel',
  market,
  venueId,
});

function refusal(
  command: OrderCommand,
  limits: ReviewLimits,
  mayFill: readonly MayFill[],
): Reason | undefined {
  switch (command.kind) {
    case 'cancel':
      return undefined;
    case 'place':
    case 'modify':
      return beyondCap(command, limits, mayFill);
    case 'reduce':
      return refusedReduction(command, limits, mayFill);
  }
}

function beyondCap(
  command: Opening,
  { maxInventoryUsd, positions, mid }: ReviewLimits,
  mayFill: readonly MayFill[],
): Reason | undefined {
  if (mid === undefined) return reason('no-mid', 'no quote is placed before a price is known');
  const worst = worstCaseUsd(command.side, positions, [...mayFill, asMayFill(command)], mid);
  if (worst <= maxInventoryUsd) return undefined;
  return reason(
    'beyond-cap',
    `${command.side} of ${command.size} refused: worst case ${worst.toFixed(2)} USD, cap ${maxInventoryUsd} USD`,
  );
}

/** What makes an order. */
type Opening = PlaceQuote | ModifyQuote | ReducePosition;

const asMayFill = (command: Opening): MayFill => ({
  side: command.side,
  price: command.kind === 'reduce' ? command.limitPrice : command.price,
  remaining: command.size,
});

/**
 * A reduction takes nothing that is not there, and leaves no more beside it than the cap allows.
 */
function refusedReduction(
  command: ReducePosition,
  limits: ReviewLimits,
  mayFill: readonly MayFill[],
): Reason | undefined {
  const beside = mayFill.some(({ side }) => side === command.side);
  return notReducing(command, limits) ?? (beside ? beyondCap(command, limits, mayFill) : undefined);
}

function notReducing(command: ReducePosition, { positions }: ReviewLimits): Reason | undefined {
  const reducible = Math.min(
    ...positions.map((position) =>
      position !== 0 && reducingSide(position) === command.side ? Math.abs(position) : 0,
    ),
  );
  if (command.size <= reducible) return undefined;
  return reason(
    'not-reducing',
    `${command.side} of ${command.size} refused: only ${reducible} would reduce the position`,
  );
}
