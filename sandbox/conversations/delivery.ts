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

/** The client looked into the conversation. Only the latest is told of: the others follow from it. */
export function clientReads(site: Site, talk: Talk): void {
  const unread = talk.messages.filter(
    ({ delivery_status: status }) => status === 'sent' || status === 'delivered',
  );
  for (const message of unread.slice(0, -1)) message.delivery_status = 'read';
  const last = unread.at(-1);
  if (last) setDelivery(site, last, 'read');
}
