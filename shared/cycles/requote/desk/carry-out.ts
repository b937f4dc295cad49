import type { StoredFact } from '../../../domain/books/ledger-entry.ts';
import type { MarketId } from '../../../domain/venue/market-id.ts';
import type { EpochMs } from '../../../domain/units.ts';
import type { Output } from '../../../market/output.ts';
import type { GroupDeps } from '../group-deps.ts';
import type { Performer } from './perform.ts';

type Told = Extract<Output, { kind: 'say' | 'count' | 'decided' }>;

/** Who does what a market's trading wants done. */
export interface Hands extends Pick<Performer, 'send' | 'empty' | 'ask' | 'breach' | 'halt'> {
  record(fact: StoredFact): void;
  wake(at: EpochMs): void;
  left(output: Extract<Output, { kind: 'left' }>): void;
}

/** What is only to be heard of, and answered by nobody. */
export const isTold = (output: Output): output is Told =>
  output.kind === 'say' || output.kind === 'count' || output.kind === 'decided';

export function tell({ log, metrics, watch }: GroupDeps, market: MarketId, output: Told): void {
  switch (output.kind) {
    case 'say':
      return log[output.level](output.message, { market, ...output.fields });
    case 'count':
      return metrics(market).add(output.metric, 'Count', output.value);
    case 'decided':
      return watch?.onDecision?.(market, output.record);
  }
}

export function carryOut(hands: Hands, output: Exclude<Output, Told>): void {
  switch (output.kind) {
    case 'send':
      return hands.send(output);
    case 'empty':
      return hands.empty(output);
    case 'ask':
    case 'ask-fills':
    case 'ask-payments':
      return hands.ask(output);
    case 'record':
      return hands.record(output.fact);
    case 'breach':
      return hands.breach(output.intent);
    case 'halt':
      return hands.halt(output.halt);
    case 'wake':
      return hands.wake(output.at);
    case 'left':
      return hands.left(output);
  }
}
