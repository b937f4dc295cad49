import type { Metrics } from '../../../ports/metrics.ts';

/** What a person has to mend, for as long as it is so. */
export interface Levels {
  /** What people wrote is refused. */
  readonly isRefused: boolean;
  readonly isHalted: boolean;
}

/** Put as 0 or 1 whenever it is known: an alarm on a pulse would never clear, or clear too soon. */
export function putLevels(metrics: Pick<Metrics, 'add'>, { isRefused, isHalted }: Levels): void {
  metrics.add('ParametersRefused', 'Count', isRefused ? 1 : 0);
  metrics.add('Halted', 'Count', isHalted ? 1 : 0);
}
