import type { MarketEvent } from '../../../domain/trading/market-event.ts';
import type { MarketId } from '../../../domain/venue/market-id.ts';
import type { Output, Turn } from '../../../market/output.ts';
import type { Rules } from '../../../market/rules.ts';
import type { MarketState } from '../../../market/state.ts';
import { step } from '../../../market/step.ts';
import { createAlarmClock } from './alarm-clock.ts';
import { carryOut, type Hands, isTold, tell } from './carry-out.ts';
import { createEventRing } from './event-ring.ts';
import type { FactWriter } from '../beside/fact-writer.ts';
import { GROUP_BOUNDS } from '../bounds.ts';
import type { GroupDeps } from '../group-deps.ts';
import { createMailbox } from './mailbox.ts';
import { createPerformer } from './perform.ts';
import type { Shift } from '../lease/shift.ts';

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
  /** What is heard before it has started, or while something else is being heard, waits. */
  hear(event: MarketEvent): void;
  /** From now on it trades. */
  start(): void;
  /** Whether a breach is being written down: until then its row proves nothing. */
  announcing(): boolean;
  /** Resolves when every halt is durable; false when it will not be. */
  haltKept(): Promise<boolean>;
  /** Whether it has ended: nothing is heard any more. */
  over(): boolean;
  /** Ends it from outside, without a word. */
  cut(): void;
  readonly ended: Promise<DeskEnding>;
}

/** Nothing is heard, and so nothing sent, before it starts: what a start itself records is. */
export function openDesk(
  deps: GroupDeps,
  shift: Shift,
  rules: Rules,
  begun: Turn,
  facts: FactWriter,
): Desk {
  const { clock, watch } = deps;
  const { market } = rules;
  const { promise: ended, resolve } = Promise.withResolvers<DeskEnding>();
  const ring = createEventRing(deps, market);
  let { state } = begun;
  const mailbox = createMailbox<MarketEvent>(take, (error) => {
    ring.write('it threw');
    resolve({ kind: 'threw', error });
  });
  const { hear } = mailbox;
  const end = (ending: DeskEnding): void => {
    mailbox.close();
    resolve(ending);
  };
  const alarm = createAlarmClock(clock, () => hear({ kind: 'time' }));
  const performer = createPerformer(deps, shift, rules, hear);
  const hands: Hands = {
    ...performer,
    wake: alarm.wake,
    record: (fact) =>
      facts.write(fact, (earlier) => hear({ kind: 'recorded', number: fact.number, earlier })),
    left: ({ how, why }) => end({ kind: 'left', how, why }),
  };
  const perform = (output: Output): void =>
    isTold(output) ? tell(deps, market, output) : carryOut(hands, output);

  function take(event: MarketEvent): void {
    const at = clock.now();
    // A wish that is long past when something is heard: the process stood still meanwhile.
    if (alarm.overdueMs(at) > GROUP_BOUNDS.jumpMs) shift.doubt();
    const before = state;
    ring.heard({ event, at, before });
    const { state: after, outputs } = step(before, event, at, rules);
    state = after;
    watch?.onStep?.(market, { event, at, before, outputs, rules });
    for (const output of outputs) perform(output);
    alarm.heard(at);
    const why = worthKeeping(outputs);
    if (why !== undefined) ring.write(why);
  }

  for (const output of begun.outputs) perform(output);
  return {
    market,
    rules,
    state: () => state,
    hear,
    start: mailbox.open,
    announcing: performer.announcing,
    haltKept: performer.haltKept,
    over: mailbox.closed,
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
