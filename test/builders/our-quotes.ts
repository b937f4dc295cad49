import { parseClientOrderId } from '#shared/domain/order/client-order-id.ts';

/** As a deployment tells its own quotes: a hedge's orders are not among them. */
export function isOurs(clientId: string, symbol: string): boolean {
  const id = parseClientOrderId(clientId);
  return id?.role === 'quote' && id.deployment === 'test' && id.symbol === symbol;
}
