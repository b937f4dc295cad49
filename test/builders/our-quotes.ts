import { parseClientOrderId } from '#shared/domain/client-order-id.ts';

/** As a deployment tells its own quotes. */
export const isOurs = (clientId: string, symbol: string): boolean =>
  parseClientOrderId(clientId)?.market === symbol;
