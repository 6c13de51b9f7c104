/* The history of a lead: messages, notes and tasks in order of time, and the box for a new note. */
define('crm/feed', ['crm/draw'], ({ channelName, dayOf, h, icon, ticks, time }) => {
  function drawItem(boot, item) {
    const { words } = boot;
    const at = time(boot, item.at, { hour: 'numeric', minute: '2-digit' });
    const meta = parts => h('div', { class: 'item__meta' }, parts.filter(Boolean).join(' · '));
    if (item.kind === 'message') {
      return h(
        'li',
        { class: `item message ${item.incoming ? 'message_in' : 'message_out'}` },
        h(
          'div',
          { class: 'bubble' },
          h(
            'div',
            { class: 'item__meta' },
            [item.author, item.bot && words.bot, channelName(item.channel), at].filter(Boolean).join(' · '),
            ticks(words, item),
          ),
          h('div', { class: 'item__text' }, item.text),
          item.attachment && h('div', { class: 'muted' }, item.attachment.file_name || item.attachment.link),
          item.buttons.length > 0 &&
            h(
              'div',
              { class: 'choices' },
              ...item.buttons.map(({ text }) => h('span', { class: 'choice' }, text)),
            ),
        ),
      );
    }
    if (item.kind === 'task') {
      const late = !item.done && item.at * 1000 < Date.now();
      const state = item.done ? words.taskDone : late ? words.taskLate : null;
      const due = time(boot, item.at, { dateStyle: 'medium', timeStyle: 'short' });
      return h(
        'li',
        { class: `item task ${item.done ? 'task_done' : late ? 'task_late' : ''}` },
        icon(item.done ? 'task' : 'todo'),
        h(
          'div',
          {},
          meta([words.task, state, item.author, item.done ? at : `${words.taskDue} ${due}`]),
          h('div', { class: 'item__text' }, item.text),
          item.result && h('div', { class: 'task__result' }, item.result),
        ),
      );
    }
    const call = item.type === 'call_in' || item.type === 'call_out';
    const service = item.type.endsWith('service_message');
    const length = call
      ? `${Math.floor(item.duration / 60)}:${String(item.duration % 60).padStart(2, '0')}`
      : null;
    const head = call ? words.call : service ? item.service : null;
    return h(
      'li',
      { class: `item ${service ? 'service' : 'note'}` },
      icon(call ? 'call' : service ? 'service' : 'note'),
      h('div', {}, meta([head, length, item.author, at]), h('div', { class: 'item__text' }, item.text)),
    );
  }

  function drawFeed(main, boot, data) {
    const feed = main.querySelector('.feed__items');
    const items = [];
    let day = null;
    const today = dayOf(boot, Date.now() / 1000);
    const yesterday = dayOf(boot, Date.now() / 1000 - 86400);
    for (const item of data.feed) {
      const its = dayOf(boot, item.at);
      if (its !== day) {
        const name =
          its === today
            ? boot.words.today
            : its === yesterday
              ? boot.words.yesterday
              : time(boot, item.at, { weekday: 'short', day: 'numeric', month: 'long' });
        items.push(h('li', { class: 'day' }, h('span', {}, name)));
        day = its;
      }
      items.push(drawItem(boot, item));
    }
    // Somebody who reads further up is not pulled down by what comes in.
    const atEnd = feed.scrollHeight - feed.scrollTop - feed.clientHeight < 60 || !feed.firstChild;
    feed.replaceChildren(...items);
    if (atEnd) feed.scrollTop = feed.scrollHeight;
  }

  function composer(boot, data, addNote) {
    const { words } = boot;
    const input = h('textarea', {
      id: 'note-text',
      rows: '2',
      placeholder: words.notePlaceholder,
      'aria-label': words.notePlaceholder,
    });
    const button = h('button', { class: 'button button_main', type: 'submit' }, words.addNote);
    const failure = h('p', { class: 'composer__failure', role: 'alert' });
    const form = h('form', { class: 'composer' }, input, button, failure);
    form.addEventListener('submit', async event => {
      event.preventDefault();
      const text = input.value.trim();
      if (!text || data.lead.id === 0) return;
      button.disabled = true;
      failure.textContent = '';
      try {
        await addNote(text);
        input.value = '';
      } catch {
        failure.textContent = words.noteFailed;
      }
      button.disabled = false;
    });
    return form;
  }

  return { composer, drawFeed };
});
