import { InputError } from '../../domain/failure.ts';

/** Where a reader of a tape stands. `row` is the 1-based line and moves on as it reads. */
export interface TapePlace {
  readonly tape: string;
  row: number;
}

/** `problem` says what is wrong and, after a semicolon, what is allowed. */
export const refusal = (place: TapePlace, problem: string): InputError =>
  new InputError(`tape ${place.tape}, row ${place.row}: ${problem}`);

const SHOWN_CHARACTERS = 60;

/** A value of a row as an error shows it: on one line and short, however long or odd it is. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (isDeep(value)) return `nested more than ${MOST_DEPTH} levels deep`;
  // Row values come from JSON, which spells no infinity but yields one for 1e999.
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
}

/** A line that is no JSON, with its end, for that is where a line is broken most often. */
export function excerpt(line: string): string {
  const half = SHOWN_CHARACTERS / 2;
  return line.length <= SHOWN_CHARACTERS
    ? JSON.stringify(line)
    : `${JSON.stringify(line.slice(0, half))} ... ${JSON.stringify(line.slice(-half))}`;
}

/** Twice what the format needs. */
export const MOST_DEPTH = 6;

/** Whether lists and objects stand in each other deeper than allowed. Looks no deeper itself. */
export function isDeep(value: unknown, allowed = MOST_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return allowed === 0 || Object.values(value).some((inner) => isDeep(inner, allowed - 1));
}
