import type { MetricName } from '../../domain/metric-name.ts';
import type { Look, MarketFound } from './found.ts';
import type { WatchdogDeps } from './watchdog-deps.ts';

/** What is so of a market, by the level it counts towards. */
const LEVELS = [
  ['Unattended', 'isUnattended'],
  ['NotSeen', 'isUnseen'],
  ['Halted', 'isHalted'],
  ['ParametersRefused', 'isRefused'],
  ['HedgesOverdue', 'isHedgeOverdue'],
] as const satisfies readonly (readonly [MetricName, keyof MarketFound])[];

/**
 * The levels of the stage: of how many markets each is so at the end of the run, zero too, so that
 * an alarm ends. Which they are is in the log. Where the tables told nothing there, the levels stay
 * what they were.
 */
export function publishLevels({ metrics, log }: WatchdogDeps, looks: readonly Look[]): void {
  const add = (name: MetricName, markets: readonly string[]): void => {
    metrics.add(name, 'Count', markets.length);
    if (markets.length > 0) log.warn(`level ${name}`, { markets });
  };
  metrics.add('WatchdogRan', 'Count', 1);
  metrics.add('TablesUnread', 'Count', looks.some(({ kind }) => kind === 'blind') ? 1 : 0);
  add('OrdersUnowned', [...new Set(looks.flatMap(withOrders))]);
  const last = looks.at(-1);
  if (last?.kind === 'seen')
    for (const [name, property] of LEVELS)
      add(
        name,
        Object.entries(last.markets).flatMap(([market, found]) =>
          found[property] ? [market] : [],
        ),
      );
  metrics.flush();
}

/** Where nothing is traded there is nothing to tell, but that is not the silence of one who died. */
export function publishRun({ metrics }: Pick<WatchdogDeps, 'metrics'>): void {
  metrics.add('WatchdogRan', 'Count', 1);
  metrics.flush();
}

const withOrders = ({ markets }: Look): readonly string[] =>
  Object.entries(markets).flatMap(([market, { found, left }]) =>
    found + left > 0 ? [market] : [],
  );
