import type { Parameters } from '../../domain/parameters/parameters.ts';
import { byName, namesOf } from '../by-name.ts';
import type { Look } from '../memory.ts';
import type { Line } from '../shown.ts';
import { depth } from './book-depth.ts';
import { toxicity } from './fill-toxicity.ts';
import { markout } from './markout-response.ts';
import { micro } from './microprice.ts';
import { reference } from './reference-price.ts';
import type { Signal } from './signal.ts';
import { flow } from './taker-imbalance.ts';
import { volatility } from './volatility.ts';

/** Every signal, once. Their words come in this order. */
export const SIGNALS = { volatility, depth, reference, toxicity, markout, micro, flow };

type Name = keyof typeof SIGNALS;
/** What each signal knows. */
export type SignalStates = { readonly [N in Name]: (typeof SIGNALS)[N]['initial'] };
/** What each signal says of one look. */
export type Readings = { readonly [N in Name]: ReturnType<(typeof SIGNALS)[N]['read']> };

/** The same list, as TypeScript follows it when a name is a variable. */
const BY_NAME: {
  readonly [N in Name]: Signal<SignalStates[N], Readings[N], keyof Parameters>;
} = SIGNALS;
const NAMES = namesOf(SIGNALS);

/** What all of them say of a look, by what they knew before it and what they know now. */
export const readAll = (
  states: SignalStates,
  look: Look<keyof Parameters>,
  before: SignalStates,
): Readings =>
  byName<Readings>(NAMES, (name) => BY_NAME[name].read(states[name], look, before[name]));

/** What `quotemill explain` prints of all of them. */
export const explainAll = (readings: Readings): readonly Line[] =>
  Object.values(byName<Explained>(NAMES, (name) => BY_NAME[name].explain(readings[name]))).flat();

type Explained = { readonly [N in Name]: readonly Line[] };

/** The words of all of them. */
export const reasonsOf = (readings: Readings): Readings[Name]['reasons'] =>
  NAMES.flatMap((name) => readings[name].reasons);
