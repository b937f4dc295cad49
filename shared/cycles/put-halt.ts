import type { DatedHalt } from '../domain/trading/halt.ts';
import { wordsOf } from '../domain/failure.ts';
import type { Log } from '../ports/log.ts';
import type { HaltStore } from '../ports/stores/halt-store.ts';
import type { Ledger } from '../ports/stores/ledger.ts';

export interface PutHaltDeps {
  readonly halts: Pick<HaltStore, 'put'>;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly log: Log;
}

/**
 * Puts a halt that a limit caused, and notes it where it is the first.
 * @throws Error when it is not known to be durable; never for want of the fact.
 */
export async function putHalt(deps: PutHaltDeps, halt: DatedHalt): Promise<void> {
  const { market } = halt;
  const isFirst = await deps.halts.put(halt);
  deps.log.error('halted: delete the item HALT of the market in the State table to trade again', {
    market,
    halt,
    isFirst,
  });
  if (isFirst) await noteHaltFact(deps, halt);
}

/**
 * A halt's fact, so that the past tells of it once it is lifted. One that is not taken is the
 * watchdog's to make up for: putting the halt again would overrule a person who has lifted it.
 */
export async function noteHaltFact(
  { ledger, log }: Pick<PutHaltDeps, 'ledger' | 'log'>,
  halt: DatedHalt,
): Promise<void> {
  try {
    await ledger.append({ number: 0, fence: 0, entry: { kind: 'halt', halt } });
  } catch (error) {
    log.error('the halt is not in the ledger yet', { market: halt.market, why: wordsOf(error) });
  }
}
