/** A name and what it is, as `quotemill explain` prints it. */
export type Line = readonly [name: string, text: string];

/** What is not known is a dash. */
const known = (value: number | undefined, shown: (value: number) => string): string =>
  value === undefined ? '-' : shown(value);

export const plain = (value: number | undefined): string =>
  known(value, (one) => String(Number(one.toPrecision(10))));
/** Few digits: for factors, ratios and model parameters. */
export const short = (value: number | undefined): string =>
  known(value, (one) => String(Number(one.toPrecision(4))));
export const usd = (value: number | undefined): string =>
  known(value, (one) => `${one.toFixed(2)} USD`);
export const bps = (value: number | undefined): string =>
  known(value, (one) => `${one.toFixed(3)} bps`);
/** Of a fraction. */
export const percent = (value: number | undefined): string =>
  known(value, (one) => `${(one * 100).toFixed(2)} %`);
