import type { StoredFact } from '../../../domain/books/ledger-entry.ts';
import type { GroupDeps } from '../group-deps.ts';
import { GROUP_BOUNDS } from '../bounds.ts';
import type { Shift } from '../lease/shift.ts';
import { untilDone } from './until-done.ts';

/** Writes a market's facts into the ledger in their order, each until it is durable. */
export interface FactWriter {
  /** `done` hears of the fact that was there already, if one was. */
  write(fact: StoredFact, done: (earlier: StoredFact | undefined) => void): void;
  /** Resolves when everything up to this number is durable; false when it will not be. */
  durable(number: number): Promise<boolean>;
  /** How many were there already: the books held something else until they heard of it. */
  corrected(): number;
  /** Nothing more is tried: whoever begins anew counts from what is stored. */
  stop(): void;
}

export function createFactWriter(
  { clock, ledger, log }: Pick<GroupDeps, 'clock' | 'ledger' | 'log'>,
  shift: Pick<Shift, 'over' | 'lease'>,
): FactWriter {
  let last: Promise<boolean> = Promise.resolve(true);
  let lastNumber = 0;
  let corrected = 0;
  let stopped = false;
  const until = { over: () => stopped || shift.over(), lease: shift.lease };
  const append = async (
    fact: StoredFact,
    done: (earlier: StoredFact | undefined) => void,
  ): Promise<void> => {
    // Under a lease that has run out another may number facts already.
    if ((shift.lease()?.expiresAt ?? 0) < clock.now()) throw new Error('the lease has run out');
    const answer = await ledger.append(fact);
    log.info(fact.entry.kind, { entry: fact.entry, number: fact.number });
    if (answer.kind === 'already-there') corrected += 1;
    done(answer.kind === 'already-there' ? answer.stored : undefined);
  };
  return {
    write(fact, done) {
      lastNumber = fact.number;
      last = last.then(async (before) =>
        before
          ? untilDone({ clock }, until, () => append(fact, done), {
              retryMs: GROUP_BOUNDS.storeRetryMs,
              failed: (problem) => log.error('a fact is not durable yet', { problem }),
            })
          : false,
      );
    },
    // Facts are written in order: whoever waits for the newest waits for every one before it.
    durable: async (number) => (number <= 0 || lastNumber === 0 ? true : last),
    corrected: () => corrected,
    stop() {
      stopped = true;
    },
  };
}
