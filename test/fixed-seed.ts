import * as fc from 'fast-check';

/** One seed for the whole suite, so that a run in CI is the same every time. */
const SEED = 20_260_105;

const { FC_SEED, FC_RUNS } = process.env;

fc.configureGlobal({
  seed: FC_SEED === undefined ? SEED : Number(FC_SEED),
  ...(FC_RUNS === undefined ? {} : { numRuns: Number(FC_RUNS) }),
});
