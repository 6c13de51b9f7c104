import type { Router } from 'express';
import { conversationsOf } from '../conversations/of.ts';
import { type FieldFault, invalid } from '../errors.ts';
import { nextId, type Site } from '../site.ts';
import { isObject, selfLink, sendHal } from './answer.ts';
import { itemsOf } from './batch.ts';
import { findVisible } from './entities.ts';
import { actorOf } from './locals.ts';
import { Query } from './query.ts';

/** Which contact a chat of an own channel belongs to. */
export function contactChatRoutes(site: Site, router: Router): void {
  const view = (link: Site['data']['chatLinks'][number]) => ({
    id: link.id,
    chat_id: link.chat_id,
    contact_id: link.contact_id,
  });

  router.get('/contacts/chats', (req, res) => {
    const query = new Query(req);
    const contactIds = query.many('contact_id');
    const chatIds = query.many('chat_id');
    const found = site.data.chatLinks.filter(
      link =>
        (!contactIds || contactIds.includes(String(link.contact_id))) &&
        (!chatIds || chatIds.includes(link.chat_id)) &&
        findVisible(site, actorOf(res), 'contacts', link.contact_id),
    );
    if (found.length === 0) res.status(204).end();
    else sendHal(res, { _total_items: found.length, _embedded: { chats: found.map(view) } });
  });

  router.post('/contacts/chats', async (req, res) => {
    const actor = actorOf(res);
    const items = itemsOf(req).map(({ requestId, given }) => ({
      requestId,
      item: isObject(given) ? given : {},
    }));
    const { chats } = conversationsOf(site);
    const faults = items.flatMap(({ requestId, item }) => {
      const errors: FieldFault[] = [];
      const fault = (path: string) => {
        const missing = item[path] === undefined;
        errors.push({
          code: missing ? 'FieldMissing' : 'NotSupportedChoice',
          path,
          detail: missing ? 'This field is missing.' : 'The value you selected is not a valid choice.',
        });
      };
      if (!chats.some(({ id }) => id === item['chat_id'])) fault('chat_id');
      if (typeof item['contact_id'] !== 'number' || !findVisible(site, actor, 'contacts', item['contact_id']))
        fault('contact_id');
      return errors.length > 0 ? [{ requestId, errors }] : [];
    });
    if (faults.length > 0) throw invalid(faults);
    const added = items.map(({ requestId, item }) => {
      const chatId = String(item['chat_id']);
      const link = { id: nextId(site), chat_id: chatId, contact_id: Number(item['contact_id']) };
      site.data.chatLinks = [...site.data.chatLinks.filter(one => one.chat_id !== chatId), link];
      const chat = chats.find(({ id }) => id === chatId);
      if (chat) chat.contactId = link.contact_id;
      return { ...view(link), request_id: requestId };
    });
    await site.store.flush();
    sendHal(res, { _links: selfLink(site, 'contacts/chats'), _embedded: { chats: added } });
  });
}
