import type { MarketEvent } from '../../domain/market-event.ts';
import type { StoredFact } from '../../domain/ledger-entry.ts';
import type { MarketId } from '../../domain/market-id.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Output, Turn } from '../../market/output.ts';
import type { Rules } from '../../market/rules.ts';
import type { MarketState } from '../../market/state.ts';
import { step } from '../../market/step.ts';
import { createEventRing } from './event-ring.ts';
import type { FactWriter } from './fact-writer.ts';
import { type GroupDeps, GROUP_BOUNDS } from './group-deps.ts';
import { createPerformer } from './perform.ts';
import type { Shift } from './shift.ts';

/** How one market's trading ended. */
export type DeskEnding =
  | { readonly kind: 'left'; readonly how: 'hand-over' | 'stop'; readonly why: string }
  | { readonly kind: 'threw'; readonly error: unknown }
  /** The group is somebody else's, or the time is up: what is not proven is left to the next. */
  | { readonly kind: 'cut' };

/** One market at work: a mailbox in front of `step`, and whoever carries out what it wants. */
export interface Desk {
  readonly market: MarketId;
  readonly rules: Rules;
  state(): MarketState;
  /** What is heard while something else is being heard waits for its turn. */
  hear(event: MarketEvent): void;
  /** Whether a breach is being written down: until then its row proves nothing. */
  announcing(): boolean;
  /** Resolves when every halt is durable; false when it will not be. */
  haltKept(): Promise<boolean>;
  /** Ends it from outside, without a word. */
  cut(): void;
  readonly ended: Promise<DeskEnding>;
}

export function openDesk(
  deps: GroupDeps,
  shift: Shift,
  rules: Rules,
  begun: Turn,
  facts: FactWriter,
): Desk {
  const { clock, watch } = deps;
  const { market } = rules;
  const log = deps.log;
  const metrics = deps.metrics(market);
  const mailbox: MarketEvent[] = [];
  let { state } = begun;
  let busy = false;
  let over = false;
  let wakeAt = Infinity;
  let end: (ending: DeskEnding) => void = () => undefined;
  const ended = new Promise<DeskEnding>((resolve) => {
    end = (ending) => {
      over = true;
      resolve(ending);
    };
  });
  const performer = createPerformer(deps, shift, rules, hear);
  const ring = createEventRing(deps, market);

  function hear(event: MarketEvent): void {
    if (over) return;
    mailbox.push(event);
    if (busy) return;
    busy = true;
    try {
      for (let next = mailbox.shift(); next !== undefined && !over; next = mailbox.shift())
        take(next);
    } catch (error) {
      ring.write('it threw');
      end({ kind: 'threw', error });
    } finally {
      busy = false;
    }
  }

  function take(event: MarketEvent): void {
    const at = clock.now();
    // A wish that is long past when something is heard: the process stood still meanwhile.
    if (at - wakeAt > GROUP_BOUNDS.jumpMs) shift.doubt();
    const before = state;
    ring.heard({ event, at, before });
    const { state: after, outputs } = step(before, event, at, rules);
    state = after;
    watch?.onStep?.(market, { event, at, before, outputs, rules });
    for (const output of outputs) perform(output);
    if (wakeAt <= at) wakeAt = Infinity;
    const why = worthKeeping(outputs);
    if (why !== undefined) ring.write(why);
  }

  function perform(output: Output): void {
    switch (output.kind) {
      case 'send':
        return performer.send(output);
      case 'empty':
        return performer.empty();
      case 'ask':
      case 'ask-fills':
      case 'ask-payments':
        return performer.ask(output);
      case 'record':
        return record(output.fact);
      case 'breach':
        return performer.breach(output.intent);
      case 'halt':
        return performer.halt(output.halt);
      case 'wake':
        return wake(output.at);
      case 'say':
        return log[output.level](output.message, { market, ...output.fields });
      case 'count':
        return metrics.add(output.metric, 'Count', output.value);
      case 'decided':
        return watch?.onDecision?.(market, output.record);
      case 'left':
        return end({ kind: 'left', how: output.how, why: output.why });
    }
  }

  const record = (fact: StoredFact): void =>
    facts.write(fact, (earlier) => hear({ kind: 'recorded', number: fact.number, earlier }));

  /** The newest wish replaces the last; a sleep that ends too early finds nothing to do. */
  function wake(at: EpochMs): void {
    if (at === wakeAt && at > clock.now()) return;
    wakeAt = at;
    void clock.sleep(at - clock.now()).then(() => {
      if (over || wakeAt !== at) return;
      hear({ kind: 'time' });
    });
  }

  for (const output of begun.outputs) perform(output);
  return {
    market,
    rules,
    state: () => state,
    hear,
    announcing: performer.announcing,
    haltKept: performer.haltKept,
    cut: () => end({ kind: 'cut' }),
    ended,
  };
}

/** After what the last minute is written to the log. */
function worthKeeping(outputs: readonly Output[]): string | undefined {
  for (const output of outputs) {
    if (output.kind === 'halt') return 'it halted';
    if (output.kind === 'count' && output.metric === 'PositionMismatch') return 'the position';
  }
  return undefined;
}
