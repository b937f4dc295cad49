import type { Parameters } from '../domain/parameters/parameters.ts';
import { byName, namesOf } from './by-name.ts';
import { reach } from './calibration/calibrate-reach.ts';
import { intensity } from './calibration/rested-quotes.ts';
import { grid } from './grid-trading/grid-in-force.ts';
import { pausedBySpread } from './guardrails/market-spread.ts';
import { tail } from './guardrails/tail-risk.ts';
import { last, type Learning, type Look, type Memory } from './memory.ts';
import type { GlftEigenvector } from './models/glft.ts';
import { quoted } from './quotes/requote-tolerance.ts';
import { SIGNALS } from './signals/registry.ts';

/** What learns from every look: the signals, and what models and guardrails know. */
const LEARNINGS = { ...SIGNALS, intensity, reach, tail, pausedBySpread, grid, last };
/** What is saved: these, and what the decision itself leaves. */
const MEMORIES = { ...LEARNINGS, quoted };

type LearningName = keyof typeof LEARNINGS;
type MemoryName = keyof typeof MEMORIES;
type Remembered = { readonly [N in MemoryName]: (typeof MEMORIES)[N]['initial'] };

/**
 * What the brain carries from one decision to the next. Plain data of bounded size. None of it is
 * money: it is all learned anew if lost.
 */
export interface BrainState extends Remembered {
  /** Of `glft`, for the figures it was last asked for: spares solving them again. Never saved. */
  readonly solved: GlftEigenvector | undefined;
}

/** The memories by name, as TypeScript follows them when a name is a variable. */
export const BRAIN_MEMORIES: { readonly [N in MemoryName]: Memory<Remembered[N]> } = MEMORIES;
export const MEMORY_NAMES: readonly MemoryName[] = namesOf(MEMORIES);

export const NEW_BRAIN: BrainState = {
  ...byName<Remembered>(MEMORY_NAMES, (name) => BRAIN_MEMORIES[name].initial),
  solved: undefined,
};

type Learned = Pick<BrainState, LearningName>;
const LEARNINGS_BY_NAME: {
  readonly [N in LearningName]: Learning<Learned[N], keyof Parameters>;
} = LEARNINGS;
const LEARNING_NAMES = namesOf(LEARNINGS);

/** One look into everything that learns. */
export const learn = (state: BrainState, look: Look<keyof Parameters>): BrainState => ({
  ...state,
  ...byName<Learned>(LEARNING_NAMES, (name) => LEARNINGS_BY_NAME[name].observe(state[name], look)),
});
