import type { Line } from '#shared/strategy/shown.ts';

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;

/** Lines of a name and what it is, under a heading. */
export interface Section {
  readonly heading: string;
  readonly lines: readonly Line[];
}

const NAME_WIDTH = 22;

export function sectionText({ heading, lines }: Section): string {
  const body = lines.map(([name, text]) => `  ${name.padEnd(NAME_WIDTH)} ${text}`.trimEnd());
  return [heading, ...body].join('\n');
}
