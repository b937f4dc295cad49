/** What can go wrong between a deployment, the machines it runs on and its venue, by where. */
export const FAULTS = {
  'start-missed': 'a schedule does not fire',
  'schedule-off': 'a schedule does not fire for up to twelve minutes',
  'start-late': 'a schedule fires up to a minute late',
  'start-twice': 'a schedule fires twice',
  killed: 'a function dies at one of its calls',
  frozen: 'a function stands still for up to two minutes',
  'store-refused': 'a table refuses a call',
  'store-late': 'a table answers late',
  'store-unanswered': 'a table does what it was asked, and its answer is lost',
  'bus-lost': 'an event is lost',
  'bus-twice': 'an event is delivered twice',
  'bus-late': 'an event is delivered up to a minute late',
  'read-unanswered': 'the venue does not answer a question',
  'rate-limited': 'the venue asks to be left alone',
  'send-lost': 'a command never arrives, and nobody answers',
  'send-unanswered': 'a command is carried out, and nobody answers',
  'send-late': 'a command arrives after nobody answered, as late as the venue allows',
  'send-refused': 'the venue refuses a command',
  'switched-off': 'a person turns a market off, and on again later',
  'halted-by-hand': 'a person halts a market, and lifts it later',
  'edit-refused': 'a person writes a parameter that is refused, and mends it later',
} as const;

export type FaultKind = keyof typeof FAULTS;

export const isFaultKind = (name: string): name is FaultKind => name in FAULTS;

export const FAULT_KINDS: readonly FaultKind[] = Object.keys(FAULTS).filter(isFaultKind);
