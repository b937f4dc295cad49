declare module 'dynalite' {
  import type { Server } from 'node:http';

  /**
   * An embedded DynamoDB as an HTTP server; `createTableMs`: how long a new table is being created.
   */
  function dynalite(options: { readonly createTableMs: number }): Server;
  export = dynalite;
}
