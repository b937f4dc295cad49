/**
 * Every Lambda, by the file it is bundled from, relative to the root of the project. Named by path:
 * infra imports no handler.
 */
export const handlers = {
  requote: 'functions/requote/handler.ts',
  hedge: 'functions/hedge/handler.ts',
  'funding-check': 'functions/funding-check/handler.ts',
  watchdog: 'functions/watchdog/handler.ts',
} as const;

export type HandlerName = keyof typeof handlers;

export const handlerNames: readonly HandlerName[] = [
  'requote',
  'hedge',
  'funding-check',
  'watchdog',
];
