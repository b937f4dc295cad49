import type {
  Approved,
  OrderCommand,
  PlaceQuote,
  ReducePosition,
  WorkingOrder,
} from '../domain/order.ts';
import { type Reason, reason } from '../domain/reason.ts';
import { reducingSide } from '../domain/side.ts';
import { type MayFill, worstCaseUsd } from './exposure.ts';

export interface ReviewLimits {
  readonly maxInventoryUsd: number;
  readonly mid: number;
  /**
   * What the position may be, signed base units: more than one figure when our fills and the venue
   * disagree.
   */
  readonly positions: readonly [number, ...number[]];
  /** Everything of ours that may still fill, in any state, also what this very batch cancels. */
  readonly working: readonly WorkingOrder[];
}

export interface Review {
  readonly approved: readonly Approved[];
  readonly refused: readonly { readonly command: OrderCommand; readonly why: Reason }[];
}

/**
 * The last guard, and the only maker of approved commands. Cancels always pass. A quote passes only
 * if the position plus every order that may still fill on that side, itself included, stays within
 * the cap. A reduction passes only if it reduces, and by no more than there is in every account of
 * the position.
 */
export function reviewCommands(commands: readonly OrderCommand[], limits: ReviewLimits): Review {
  const approved: Approved[] = [];
  const refused: { command: OrderCommand; why: Reason }[] = [];
  const mayFill: MayFill[] = [...limits.working];
  for (const command of commands) {
    const why = refusal(command, limits, mayFill);
    if (why !== undefined) {
      refused.push({ command, why });
      continue;
    }
    approved.push(command as Approved);
    if (command.kind === 'place')
      mayFill.push({ side: command.side, price: command.price, remaining: command.size });
  }
  return { approved, refused };
}

function refusal(
  command: OrderCommand,
  limits: ReviewLimits,
  mayFill: readonly MayFill[],
): Reason | undefined {
  switch (command.kind) {
    case 'cancel':
      return undefined;
    case 'place':
      return beyondCap(command, limits, mayFill);
    case 'reduce':
      return notReducing(command, limits);
  }
}

function beyondCap(
  command: PlaceQuote,
  { maxInventoryUsd, positions, mid }: ReviewLimits,
  mayFill: readonly MayFill[],
): Reason | undefined {
  const worst = worstCaseUsd(
    command.side,
    positions,
    [...mayFill, { side: command.side, price: command.price, remaining: command.size }],
    mid,
  );
  if (worst <= maxInventoryUsd) return undefined;
  return reason(
    'beyond-cap',
    `${command.side} of ${command.size} refused: worst case ${worst.toFixed(2)} USD, cap ${maxInventoryUsd} USD`,
  );
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
