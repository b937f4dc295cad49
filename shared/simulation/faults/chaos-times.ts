import { MINUTE_MS } from '../../domain/time.ts';

/** The deployment begins in peace. */
export const BEGINS_MS = MINUTE_MS;
/** By the end of it everything that failed is told of and worked off. */
export const CALM_MS = 10 * MINUTE_MS;
/** So short that one minute of it is disturbed. */
export const LEAST_MINUTES = (BEGINS_MS + CALM_MS) / MINUTE_MS + 1;
