import type { BrainMemory } from '../domain/trading/brain-memory.ts';
import { BRAIN_MEMORIES, type BrainState, MEMORY_NAMES, NEW_BRAIN } from './brain-state.ts';
import { byName } from './by-name.ts';
import { isObject } from './plain-data.ts';

/** How the parts are put together; what is in them has versions of its own. */
const VERSION = 'brain-parts-1';

/** The state as it is saved with the session, each part with its version. */
export const rememberBrain = (state: BrainState): BrainMemory => ({
  version: VERSION,
  json: JSON.stringify(
    Object.fromEntries(
      MEMORY_NAMES.map((name) => [
        name,
        { version: BRAIN_MEMORIES[name].version, state: state[name] },
      ]),
    ),
  ),
});

/**
 * The state as it was saved. A part that was not saved, that another version saved, or that cannot
 * be what it should be, is learned anew; the others are kept.
 */
export function recallBrain(memory: BrainMemory | undefined): BrainState {
  const saved = memory?.version === VERSION ? parsed(memory.json) : undefined;
  if (!isObject(saved)) return NEW_BRAIN;
  const recalled = byName<Omit<BrainState, 'solved'>>(MEMORY_NAMES, (name) => {
    const part = saved[name];
    const { version, isState, initial } = BRAIN_MEMORIES[name];
    if (!isObject(part) || part['version'] !== version) return initial;
    const { state } = part;
    return isState(state) ? state : initial;
  });
  return { ...recalled, solved: undefined };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
