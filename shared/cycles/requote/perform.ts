import type { MarketEvent } from '../../domain/market-event.ts';
import type { MarketOutput } from '../../domain/market-output.ts';
import type { HedgeIntent } from '../../domain/hedge.ts';
import type { Halt } from '../../domain/halt.ts';
import { failed, type VenueFailure, type VenueOutcome } from '../../domain/failure.ts';
import type { Approved } from '../../domain/order.ts';
import { epochMs } from '../../domain/units.ts';
import type { CommandResult } from '../../domain/venue-answers.ts';
import type { Rules } from '../../market/rules.ts';
import { type GroupDeps, GROUP_BOUNDS } from './group-deps.ts';
import { untilDone } from './until-done.ts';
import type { Shift } from './shift.ts';

type Wanted<Kind extends MarketOutput['kind']> = Extract<MarketOutput, { kind: Kind }>;
type Asked = Wanted<'ask' | 'ask-fills' | 'ask-payments'>;

/** How outputs are carried out: started here, answered later by an event. */
export interface Performer {
  send(output: Wanted<'send'>): void;
  empty(): void;
  ask(output: Asked): void;
  breach(intent: HedgeIntent): void;
  halt(halt: Halt): void;
  /** Whether a breach is being written down. */
  announcing(): boolean;
  /** Resolves when every halt so far is durable; false when it will not be. */
  haltKept(): Promise<boolean>;
}

export function createPerformer(
  deps: GroupDeps,
  shift: Shift,
  { market, abilities }: Rules,
  hear: (event: MarketEvent) => void,
): Performer {
  const { clock, log } = deps;
  const { data, execution, history } = deps.venue;
  const metrics = deps.metrics(market);
  let announcing = 0;
  let kept: Promise<boolean> = Promise.resolve(true);

  /** Commands that may go out now; what is withheld is answered for. */
  function mayGo(
    output: Wanted<'send'>,
    until: number,
  ): {
    readonly go: readonly Approved[];
    readonly withheld: readonly CommandResult[];
  } {
    const now = clock.now();
    const why = withholding(now - output.seenAt, output.maxAgeMs, shift.covers(now));
    if (now >= until)
      return { go: [], withheld: output.commands.map((one) => notSent(one, 'the lease runs out')) };
    if (why === undefined) return { go: output.commands, withheld: [] };
    const held = output.commands.filter(({ kind }) => kind !== 'cancel');
    return {
      go: output.commands.filter(({ kind }) => kind === 'cancel'),
      withheld: held.map((command) => notSent(command, why)),
    };
  }

  async function send(output: Wanted<'send'>): Promise<void> {
    const leaseEnds = shift.lease()?.expiresAt ?? 0;
    const until = epochMs(Math.max(0, leaseEnds - abilities.arrivesWithinMs / 2));
    const { go, withheld } = mayGo(output, until);
    const results = go.length === 0 ? [] : await sent(go, until);
    hear({ kind: 'sent', id: output.id, results: [...results, ...withheld] });
  }

  async function sent(
    commands: readonly Approved[],
    expiresAt: ReturnType<typeof epochMs>,
  ): Promise<readonly CommandResult[]> {
    try {
      return await execution.send(commands, expiresAt);
    } catch (error) {
      log.error('the venue adapter failed on a send', { market, problem: String(error) });
      return commands.map((command) => ({
        id: idOf(command),
        kind: command.kind,
        outcome: { kind: 'unknown', detail: String(error) },
      }));
    }
  }

  async function empty(): Promise<void> {
    // After a jump of the clock it may be another's quotes that rest here.
    await shift.settled();
    if (shift.lostTo() === 'an heir') return;
    const outcome = await asOutcome(() => execution.cancelOurs(market));
    const askedAt = clock.now();
    hear({ kind: 'emptied', askedAt, failure: outcome.ok ? undefined : outcome.failure });
  }

  async function ask(output: Asked): Promise<void> {
    const askedAt = clock.now();
    switch (output.kind) {
      case 'ask-fills': {
        const { since } = output;
        const answer = await asOutcome(() => history.fills(market, since));
        return hear({ kind: 'fills', askedAt, since, answer });
      }
      case 'ask-payments': {
        const { after, until } = output;
        const answer = await asOutcome(() => history.fundingPayments(market, after, until));
        return hear({ kind: 'payments', askedAt, until, answer });
      }
      case 'ask':
        return hear(await answered(output.what, askedAt));
    }
  }

  async function answered(
    what: Wanted<'ask'>['what'],
    askedAt: ReturnType<typeof epochMs>,
  ): Promise<MarketEvent> {
    switch (what) {
      case 'book':
        return { kind: 'book', askedAt, answer: await asOutcome(() => data.book(market)) };
      case 'account':
        return {
          kind: 'account',
          askedAt,
          answer: await asOutcome(() => execution.account(market)),
        };
      case 'funding':
        return { kind: 'funding', answer: await asOutcome(() => data.funding(market)) };
      case 'volatility':
        return {
          kind: 'volatility',
          answer: await asOutcome(() => data.hourlyVolatility(market)),
        };
    }
  }

  /**
   * The row first, on condition that none is open, then the event, until the bus has taken it. Where
   * another one is open it is that which is announced: whoever opened it may be gone.
   */
  async function breach(intent: HedgeIntent): Promise<void> {
    const { inventoryUsd, thresholdUsd } = intent;
    const put = async (): Promise<void> => {
      const opened = await deps.hedges.open(intent);
      const row = opened ? undefined : await deps.hedges.read(market);
      if (row?.status.kind === 'done') return;
      const hedgeId = row?.intent.id ?? intent.id;
      await deps.events.put({
        type: 'InventoryThresholdBreached',
        ...{ market, hedgeId, inventoryUsd, thresholdUsd, at: clock.now() },
      });
    };
    announcing += 1;
    await untilDone(deps, shift, put, {
      retryMs: GROUP_BOUNDS.announceRetryMs,
      failed(problem) {
        log.error('hedge not announced', { market, hedgeId: intent.id, problem });
        metrics.add('EventNotPut', 'Count', 1);
      },
    });
    announcing -= 1;
  }

  async function halt(order: Halt): Promise<boolean> {
    const put = async (): Promise<void> => {
      const isFirst = await deps.halts.put(order);
      log.error('halted: delete the item HALT of the market in the State table to trade again', {
        ...{ market, halt: order, isFirst },
      });
    };
    return untilDone(deps, shift, put, {
      retryMs: GROUP_BOUNDS.storeRetryMs,
      failed: (problem) => log.error('the halt is not durable yet', { market, problem }),
    });
  }

  return {
    send: (output) => void send(output),
    empty: () => void empty(),
    ask: (output) => void ask(output),
    breach: (intent) => void breach(intent),
    halt(order) {
      const before = kept;
      const now = halt(order);
      kept = before.then(async (wasKept) => (await now) && wasKept);
    },
    announcing: () => announcing > 0,
    haltKept: () => kept,
  };
}

/** Why quotes are not sent now: what was decided on an old picture, or may outlive the lease. */
function withholding(ageMs: number, maxAgeMs: number, covered: boolean): string | undefined {
  if (!covered) return 'the lease does not outlive it';
  return ageMs > maxAgeMs ? `the picture is ${ageMs} ms old` : undefined;
}

const idOf = (command: Approved): string =>
  command.kind === 'cancel' ? command.venueId : command.clientId;

const notSent = (command: Approved, why: string): CommandResult => ({
  id: idOf(command),
  kind: command.kind,
  outcome: { kind: 'not-sent', why },
});

/** An adapter that throws has failed like one that got no answer: the look after it will tell. */
async function asOutcome<T>(call: () => Promise<VenueOutcome<T>>): Promise<VenueOutcome<T>> {
  try {
    return await call();
  } catch (error) {
    const failure: VenueFailure = { kind: 'outcome-unknown', detail: String(error) };
    return failed(failure);
  }
}
