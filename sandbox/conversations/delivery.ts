import type { DeliveryStatus, Message, Talk } from '../records.ts';
import type { Site } from '../site.ts';

const order: DeliveryStatus[] = ['sent', 'delivered', 'read'];

/** Moves a message on; what is read does not become merely delivered again, and an error is an end. */
export function setDelivery(site: Site, message: Message, status: DeliveryStatus, error?: string): void {
  const from = message.delivery_status;
  if (from === null || from === 'error') return;
  if (status !== 'error' && order.indexOf(status) <= order.indexOf(from)) return;
  message.delivery_status = status;
  if (error !== undefined) message.delivery_error = error;
  site.store.touch();
  site.live.add({
    kind: 'message',
    title: message.text.slice(0, 60),
    status,
    request: { id: message.id, delivery_status: status, error: error ?? null },
    response: null,
  });
}

/** The client looked into the conversation. */
export function clientReads(site: Site, talk: Talk): void {
  for (const message of talk.messages) if (message.type === 'outgoing') setDelivery(site, message, 'read');
}
