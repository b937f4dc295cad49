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
  // Row values come from JSON, which spells no infinity but yields one for 1e999.
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
}
