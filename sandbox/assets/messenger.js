/* The client's phone: conversations from the other side, to write as the client and to see what arrives there. */
define('crm/messenger', ['crm/draw'], ({ channelName, dayOf, h, icon, ticks, time }) => {
  function drawList(boot, talks, currentId, go) {
    const list = h('ul', { class: 'talks' });
    for (const talk of talks) {
      const link = h(
        'a',
        {
          href: `/messenger/${talk.id}`,
          class: 'talk-link',
          'data-talk-id': String(talk.id),
          'aria-current': talk.id === currentId ? 'page' : null,
        },
        h('span', { class: 'avatar', 'aria-hidden': 'true' }, (talk.contact.match(/\p{L}/u) || ['?'])[0]),
        h(
          'span',
          { class: 'talk-link__text' },
          h('strong', {}, talk.contact),
          h('span', { class: 'muted' }, talk.last?.text ?? ''),
        ),
        h(
          'span',
          { class: 'talk-link__side' },
          h('span', {}, channelName(talk.channel)),
          !talk.open && h('span', { class: 'badge' }, boot.words.closed),
        ),
      );
      link.addEventListener('click', event => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go(`/messenger/${talk.id}`);
      });
      list.append(h('li', {}, link));
    }
    return list;
  }

  function drawMessages(boot, talk, write) {
    const items = [];
    let day = null;
    for (const [index, message] of talk.messages.entries()) {
      const its = dayOf(boot, message.at);
      if (its !== day) {
        const name = time(boot, message.at, { weekday: 'short', day: 'numeric', month: 'long' });
        items.push(h('li', { class: 'day' }, h('span', {}, name)));
        day = its;
      }
      const at = time(boot, message.at, { hour: 'numeric', minute: '2-digit' });
      const own = message.incoming;
      const last = index === talk.messages.length - 1;
      items.push(
        h(
          'li',
          { class: `item message ${own ? 'message_out' : 'message_in'}`, 'data-message-id': message.id },
          h(
            'div',
            { class: 'bubble' },
            h('div', { class: 'item__text' }, message.text),
            message.attachment &&
              h('div', { class: 'muted' }, message.attachment.file_name || message.attachment.link),
            h(
              'div',
              { class: 'item__meta' },
              [own ? boot.words.client : message.author, message.bot && boot.words.bot, at]
                .filter(Boolean)
                .join(' · '),
              ticks(boot.words, message),
              ...message.reactions.map(emoji => h('span', { class: 'reaction' }, emoji)),
            ),
            message.buttons.length > 0 && drawButtons(message.buttons, last, write),
          ),
        ),
      );
    }
    return items;
  }

  /** Only the last message's buttons can still be pressed. */
  function drawButtons(buttons, last, write) {
    return h(
      'div',
      { class: 'choices' },
      ...buttons.map(({ text }) => {
        const button = h('button', { type: 'button', class: 'choice' }, text);
        button.disabled = !last;
        button.addEventListener('click', () => write(text));
        return button;
      }),
    );
  }

  function drawComposer(boot, talk, write) {
    const label = boot.words.writeAs.replace('{name}', talk.contact);
    const input = h('textarea', { id: 'client-text', rows: '2', placeholder: label, 'aria-label': label });
    const button = h('button', { type: 'submit', class: 'button button_main' }, boot.words.send);
    const failure = h('p', { class: 'composer__failure', role: 'alert' });
    const form = h('form', { class: 'composer' }, input, button, failure);
    form.addEventListener('submit', async event => {
      event.preventDefault();
      const text = input.value.trim();
      if (!text) return;
      failure.textContent = '';
      button.disabled = true;
      if (await write(text)) input.value = '';
      else failure.textContent = boot.words.sendFailed;
      button.disabled = false;
      input.focus();
    });
    input.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    return form;
  }

  /** Draws the list and the conversation; answers what to do with news. */
  async function draw(main, boot, talkId, { ajax, go, isCurrent }) {
    const { talks } = await ajax('GET', 'talks');
    if (!isCurrent()) return () => undefined;
    const id = talkId ?? talks.find(({ open }) => open)?.id ?? talks[0]?.id ?? null;
    const side = h('div', { class: 'messenger__side' }, drawList(boot, talks, id, go));
    if (id === null) {
      main.replaceChildren(h('p', { class: 'empty' }, boot.words.noTalks));
      return () => undefined;
    }
    const items = h('ol', { class: 'feed__items', id: 'client-view' });
    const head = h('header', { class: 'messenger__head' });
    const write = async text => {
      try {
        const written = await ajax('POST', `talks/${id}/messages`, { text });
        // A closed talk stays closed: the conversation goes on in a new one.
        if (written.id !== id) go(`/messenger/${written.id}`);
        else await refresh();
        return true;
      } catch {
        return false;
      }
    };
    let shown = '';
    const refresh = async () => {
      const [talk, list] = await Promise.all([ajax('GET', `talks/${id}`), ajax('GET', 'talks')]);
      if (!isCurrent()) return;
      side.replaceChildren(drawList(boot, list.talks, id, go));
      const state = JSON.stringify(talk);
      if (state === shown) return;
      shown = state;
      drawHead(talk);
      items.replaceChildren(...drawMessages(boot, talk, write));
      items.scrollTop = items.scrollHeight;
      if (talk.messages.some(({ delivery }) => delivery === 'sent' || delivery === 'delivered')) look();
    };
    /** The client looks at the phone a moment after a message came. */
    const look = () =>
      setTimeout(() => {
        if (isCurrent() && document.visibilityState === 'visible') ajax('POST', `talks/${id}/read`);
      }, 900);
    const drawHead = talk => {
      const link = h('a', { href: `/leads/detail/${talk.leadId}` }, talk.lead);
      link.addEventListener('click', event => {
        event.preventDefault();
        go(`/leads/detail/${talk.leadId}`);
      });
      head.replaceChildren(
        icon('chat'),
        h('strong', {}, talk.contact),
        h('span', { class: 'muted' }, channelName(talk.channel)),
        talk.open ? '' : h('span', { class: 'badge' }, boot.words.closed),
        link,
      );
    };
    const talk = talks.find(one => one.id === id);
    if (!talk) {
      main.replaceChildren(h('p', { class: 'empty' }, boot.words.notVisible));
      return () => undefined;
    }
    main.replaceChildren(
      h(
        'div',
        { class: 'messenger' },
        side,
        h(
          'section',
          { class: 'phone feed', 'aria-label': talk.contact },
          head,
          items,
          drawComposer(boot, talk, write),
        ),
      ),
    );
    await refresh();
    return refresh;
  }

  return { draw };
});
