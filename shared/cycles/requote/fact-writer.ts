import type { StoredFact } from '../../domain/ledger-entry.ts';
import type { GroupDeps } from './group-deps.ts';
import { GROUP_BOUNDS } from './group-deps.ts';
import type { Shift } from './shift.ts';
import { untilDone } from './until-done.ts';

/** Writes a market's facts into the ledger in their order, each until it is durable. */
export interface FactWriter {
  /** `done` hears of the fact that was there already, if one was. */
  write(fact: StoredFact, done: (earlier: StoredFact | undefined) => void): void;
  /** Resolves when everything up to this number is durable; false when it will not be. */
  durable(number: number): Promise<boolean>;
}

export function createFactWriter(
  { clock, ledger, log }: Pick<GroupDeps, 'clock' | 'ledger' | 'log'>,
  shift: Pick<Shift, 'over'>,
): FactWriter {
  let last: Promise<boolean> = Promise.resolve(true);
  let lastNumber = 0;
  const append = async (
    fact: StoredFact,
    done: (earlier: StoredFact | undefined) => void,
  ): Promise<void> => {
    const answer = await ledger.append(fact);
    log.info(fact.entry.kind, { entry: fact.entry, number: fact.number });
    done(answer.kind === 'already-there' ? answer.stored : undefined);
  };
  return {
    write(fact, done) {
      lastNumber = fact.number;
      last = last.then(async (before) =>
        before
          ? untilDone({ clock }, shift, () => append(fact, done), {
              retryMs: GROUP_BOUNDS.storeRetryMs,
              failed: (problem) => log.error('a fact is not durable yet', { problem }),
            })
          : false,
      );
    },
    // Facts are written in order: whoever waits for the newest waits for every one before it.
    durable: async (number) => (number <= 0 || lastNumber === 0 ? true : last),
  };
}
