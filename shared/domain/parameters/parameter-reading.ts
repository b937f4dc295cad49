import type { Parameters } from './parameters.ts';

/** What is wrong with one attribute of what people wrote. */
export interface ParameterProblem {
  readonly name: string;
  readonly value: unknown;
  readonly allowed: string;
  /** The name that was most likely meant. */
  readonly near?: string;
  /** The item of the Parameters table to correct. */
  readonly item?: string;
}

/** What people wrote, merged (built-in < DEFAULT < market) and parsed strictly. */
export type ParameterReading =
  | { readonly kind: 'accepted'; readonly version: string; readonly values: Parameters }
  /**
   * Nothing of it is used: the last good version stays in force. `version` names what was written.
   */
  | {
      readonly kind: 'refused';
      readonly version: string;
      /** Of the first that are wrong; `unnamed` counts the rest. */
      readonly problems: readonly ParameterProblem[];
      readonly unnamed: number;
      /**
       * What `mode` says: `off`, in whatever spelling, and one that nobody can read stop trading.
       */
      readonly mode: 'off' | 'unreadable' | 'other';
    };

/** Whether what was written says, whatever else is wrong with it, that trading shall stop. */
export const stopsTrading = (reading: ParameterReading): boolean =>
  reading.kind === 'accepted' ? reading.values.mode === 'off' : reading.mode !== 'other';

const MOST_SHOWN = 80;

/** What is allowed where no parameter has the name. */
export const NO_PARAMETER = 'no such parameter';

/** `baseSpreadBps is "5"; allowed: 0.1 to 1000 (in item DEFAULT)` */
function describeProblem({ name, value, allowed, near, item }: ParameterProblem): string {
  const meant = near === undefined ? '' : ` (did you mean "${near}"?)`;
  const where = item === undefined ? '' : ` (in item ${item})`;
  return allowed === NO_PARAMETER
    ? `${cut(name)} is not a parameter${meant}${where}`
    : `${cut(name)} is ${shown(value)}; allowed: ${allowed}${where}`;
}

/** One line each, and one for those that are not named. */
export const describeProblems = ({
  problems,
  unnamed,
}: Pick<
  Extract<ParameterReading, { kind: 'refused' }>,
  'problems' | 'unnamed'
>): readonly string[] =>
  unnamed === 0
    ? problems.map(describeProblem)
    : [...problems.map(describeProblem), `${unnamed} more attributes are wrong`];

const cut = (text: string): string =>
  text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text;

const shown = (value: unknown): string =>
  cut(typeof value === 'string' || Array.isArray(value) ? JSON.stringify(value) : String(value));
