/** Figures as people read them; what is not known is a dash. */
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
export const percent = (value: number | undefined): string =>
  known(value, (one) => `${(one * 100).toFixed(2)} %`);
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;

/** Lines of a name and what it is, under a heading. */
export interface Section {
  readonly heading: string;
  readonly lines: readonly (readonly [name: string, text: string])[];
}

const NAME_WIDTH = 22;

export function sectionText({ heading, lines }: Section): string {
  const body = lines.map(([name, text]) => `  ${name.padEnd(NAME_WIDTH)} ${text}`.trimEnd());
  return [heading, ...body].join('\n');
}
