import type { BrainMemory } from '../domain/brain-memory.ts';
import { type BrainState, NEW_BRAIN } from './brain-state.ts';

/**
 * Changes whenever the shape or the meaning of anything in the state does: what another version
 * learned is then learned anew.
 */
const VERSION = 'brain-1';

/** The state as it is saved with the session. What can be solved again is left out. */
export const rememberBrain = (state: BrainState): BrainMemory => ({
  version: VERSION,
  json: JSON.stringify({ ...state, solved: undefined }),
});

/** The state as it was saved; a new one when nothing was, or another version did. */
export function recallBrain(memory: BrainMemory | undefined): BrainState {
  if (memory === undefined || memory.version !== VERSION) return NEW_BRAIN;
  const remembered: unknown = JSON.parse(memory.json);
  // Written by rememberBrain of the same version: absent keys are those that were undefined.
  return { ...NEW_BRAIN, ...(remembered as Partial<BrainState>) };
}
