import type { MarketEvent } from '../../../domain/trading/market-event.ts';
import type { MarketOutput } from '../../../domain/trading/market-output.ts';
import type { Rules } from '../../../market/rules.ts';
import { type Announcer, createAnnouncer } from './announce.ts';
import { type Asked, askVenue, emptyVenue } from './ask-venue.ts';
import type { GroupDeps } from '../group-deps.ts';
import { createSender } from './send-orders.ts';
import type { Shift } from '../lease/shift.ts';

type Empty = Extract<MarketOutput, { kind: 'empty' }>;

/** How outputs are carried out: started here, answered later by an event. */
export interface Performer extends Announcer {
  send(output: Extract<MarketOutput, { kind: 'send' }>): void;
  empty(output: Empty): void;
  ask(output: Asked): void;
}

export function createPerformer(
  deps: GroupDeps,
  shift: Shift,
  rules: Rules,
  hear: (event: MarketEvent) => void,
): Performer {
  const { market } = rules;
  const send = createSender(deps, shift, rules, hear);
  const empty = async ({ venueIds }: Empty): Promise<void> => {
    // After a jump of the clock it may be another's quotes that rest here.
    await shift.settled();
    if (shift.lostTo() !== 'an heir') hear(await emptyVenue(deps, market, venueIds));
  };
  return {
    ...createAnnouncer(deps, shift, market),
    send: (output) => void send(output),
    empty: (output) => void empty(output),
    ask: (output) => void askVenue(deps, market, output).then(hear),
  };
}
