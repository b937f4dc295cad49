import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import type { DecisionWithBook } from '#shared/strategy/decision.ts';
import { bps, percent, plain, short } from '#shared/strategy/shown.ts';
import { explainAll } from '#shared/strategy/signals/registry.ts';
import type { Section } from './figures.ts';

/** What each signal said, in its own words, and what they come to together. */
export const signalSection = ({ stages: { signals }, figures }: DecisionWithBook): Section => ({
  heading: 'SIGNALS',
  lines: [
    ...explainAll(signals.readings),
    ['mid', plain(figures.mid)],
    ['fair value', plain(signals.fairValue)],
    ['widening', `x ${short(signals.widening)}`],
    ['size factor', short(signals.sizeFactor)],
    ['delay up to', `${signals.delayUpToMs} ms`],
  ],
});

/** What the spread model made of them, and where the quotes are centred. */
export function spreadSection(
  { figures, stages: { spread } }: DecisionWithBook,
  spreadModel: Parameters['spreadModel'],
): Section {
  const { model } = spread;
  const asked = spreadModel === model.name ? '' : `, in place of ${spreadModel}`;
  const intensity =
    model.intensity === undefined
      ? 'not used'
      : `k ${short(model.intensity.k)} per bp, A ${short(model.intensity.arrivalRate)} per s`;
  return {
    heading: 'SPREAD',
    lines: [
      ['model', `${model.name}${asked}: ${bps(model.spreadBps)}`],
      ['fills by distance', intensity],
      ['staleness', `+ ${bps(spread.stalenessBps)}`],
      ['spread', `${bps(spread.spreadBps)} after widening and bounds`],
      ['target inventory', `${percent(figures.targetRatio)} of the cap`],
      ['inventory', `${short(figures.inventoryUsd)} USD of ${short(figures.capUsd)} allowed now`],
      [
        'shift',
        `${bps(spread.shiftBps)} for the inventory, ${bps(figures.flowShiftBps)} for the flow`,
      ],
    ],
  };
}
