import type { Parameters } from '#shared/domain/parameters.ts';
import type { DecisionWithBook } from '#shared/strategy/decide.ts';
import type { DecisionFigures } from '#shared/strategy/quotes/price-quotes.ts';
import type { Signals } from '#shared/strategy/signals/read-signals.ts';
import { annualised } from '#shared/strategy/signals/read-volatility.ts';
import { bps, percent, plain, type Section, short } from './figures.ts';

/** What the estimators said. */
export function signalSection(signals: Signals, figures: DecisionFigures): Section {
  const { volatility, widening } = signals;
  const { squares, bipower, range, venue } = volatility.opinions;
  const yearly = volatility.hourly === undefined ? undefined : annualised(volatility.hourly);
  return {
    heading: 'SIGNALS',
    lines: [
      [
        'volatility',
        `${percent(volatility.hourly)} an hour, ${percent(yearly)} a year: regime ${volatility.regime}`,
      ],
      [
        '  by whom',
        `squares ${percent(squares)}, bipower ${percent(bipower)}, range ${percent(range)}, venue ${percent(venue)}`,
      ],
      ['  disagreement', `highest over lowest ${short(volatility.disagreement)}`],
      ['mid', plain(figures.mid)],
      ['microprice', plain(signals.microprice)],
      ['fair value', plain(signals.fairValue)],
      ['taker imbalance', `${short(signals.imbalance)} (-1 sold, 1 bought)`],
      ['filled at once', percent(signals.fillRate)],
      [
        'widening',
        `x ${short(widening.product)}: depth ${short(widening.depth)}, toxicity ${short(widening.toxicity)}, markout ${short(widening.markout)}`,
      ],
      ['size factor', short(signals.sizeFactor)],
      ['delay up to', `${signals.delayUpToMs} ms`],
    ],
  };
}

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
