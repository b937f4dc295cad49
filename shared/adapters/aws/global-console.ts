/**
 * The global console as it is at each call. Powertools writes to a console of its own on stdout,
 * which the Lambda runtime does not decorate; with POWERTOOLS_DEV=true (the local run) it takes the
 * global one when it is made, and would miss a local runtime that replaces it later to capture each
 * invocation.
 */
export const globalConsole: Console = new Proxy(globalThis.console, {
  get: (_first, method): unknown => Reflect.get(globalThis.console, method),
});
