/** What a person is told of an alarm, in the mail that rings. */
export interface Words {
  /** What is so when it rings. */
  readonly meaning: string;
  /** The first thing to do: a command, or a place in the console. */
  readonly first: string;
}

/** What is common to the words of all alarms of a stage. */
export interface WordsOfStage {
  readonly dashboardName: string;
  /** No venue has a base URL: nobody trades, whatever alarms say. */
  readonly standsAside: boolean;
}

export const describeAlarm = (
  { meaning, first }: Words,
  { dashboardName, standsAside }: WordsOfStage,
): string =>
  [
    meaning,
    `First: ${first}`,
    `Then: dashboard ${dashboardName}; README.md, "When an alarm rings".`,
    ...(standsAside
      ? ['THE VENUE HAS NO BASE URL, so the functions stand aside and OK says nothing else.']
      : []),
  ].join('\n');
