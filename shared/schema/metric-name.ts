export type { MetricName } from '../domain/metric-name.ts';
export { CALLED_FOR } from '../domain/called-for.ts';

/** The market dimension of figures that are about markets together. */
export const ALL_MARKETS = 'all';
