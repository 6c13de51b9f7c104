/* Draws the lead card. Everything that came from outside goes in as text, never as markup. */
define('crm/card', ['moment'], moment => {
  const icons = {
    leads: 'M4 5h4v14H4zM10 5h4v9h-4zM16 5h4v6h-4z',
    settings: 'M4 7h9m5 0h2M4 17h2m5 0h9M15 4.5v5M8 14.5v5',
    theme: 'M20 14.5A8 8 0 1 1 9.5 4a6.5 6.5 0 0 0 10.5 10.5z',
    task: 'M5 12.5l4.5 4.5L19 7',
    todo: 'M12 4.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15z',
    call: 'M6 4h3l1.5 4-2 1.5a12 12 0 0 0 6 6l1.5-2 4 1.5v3a2 2 0 0 1-2 2A15 15 0 0 1 4 6a2 2 0 0 1 2-2z',
    note: 'M6 4h12v16H6zM9 9h6M9 13h6',
    service: 'M12 4v4m0 8v4m8-8h-4M8 12H4m9.5-1.5a2.1 2.1 0 1 1-3 3 2.1 2.1 0 0 1 3-3z',
    chevron: 'M7 10l5 5 5-5',
  };
  const channels = { waba: 'WhatsApp', telegram: 'Telegram', instagram_business: 'Instagram' };

  function h(tag, attrs, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attrs || {})) {
      if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value);
    }
    node.append(...children.filter(child => child !== null && child !== undefined && child !== false));
    return node;
  }

  function icon(name) {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    path.setAttribute('d', icons[name]);
    svg.append(path);
    return svg;
  }

  /** Words of the user, figures of the country: es-MX writes 1,500 where es writes 1.500. */
  const localeOf = boot => `${boot.user.lang}-${boot.account.country}`;
  const money = (boot, value) =>
    new Intl.NumberFormat(localeOf(boot), {
      style: 'currency',
      currency: boot.account.currency,
      maximumFractionDigits: 0,
    }).format(value);
  const time = (boot, at, options) =>
    new Intl.DateTimeFormat(localeOf(boot), { timeZone: boot.account.timezone, ...options }).format(
      at * 1000,
    );
  const dayOf = (boot, at) => time(boot, at, { year: 'numeric', month: '2-digit', day: '2-digit' });

  function stageOf(boot, lead) {
    const pipeline = boot.pipelines.find(({ id }) => id === lead.pipelineId);
    const at = pipeline ? pipeline.statuses.findIndex(({ id }) => id === lead.statusId) : -1;
    return { pipeline, at, status: pipeline?.statuses[at] };
  }

  function leadList(boot, currentId, go) {
    const list = h('ul', { class: 'leads' });
    const sorted = [...boot.leads].sort((a, b) => b.updatedAt - a.updatedAt);
    for (const lead of sorted) {
      const { status } = stageOf(boot, lead);
      const dot = h('span', { class: 'leads__dot' });
      dot.style.background = status?.color ?? '';
      const link = h(
        'a',
        {
          href: `/leads/detail/${lead.id}`,
          class: 'lead-link',
          'data-lead-id': String(lead.id),
          'aria-current': lead.id === currentId ? 'page' : null,
        },
        dot,
        h('span', { class: 'leads__name' }, lead.name),
        h('span', { class: 'leads__meta' }, `${status?.name ?? ''} · ${money(boot, lead.price)}`),
      );
      link.addEventListener('click', event => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go(`/leads/detail/${lead.id}`);
      });
      list.append(h('li', {}, link));
    }
    return list;
  }

  function unsaved(boot) {
    const pipeline = boot.pipelines[0];
    return {
      lead: {
        id: 0,
        name: '',
        price: 0,
        statusId: pipeline.statuses[1].id,
        pipelineId: pipeline.id,
        responsibleId: boot.user.id,
        responsible: boot.user.name,
        source: null,
        tags: [],
        fields: [],
      },
      contacts: [],
      company: null,
      feed: [],
    };
  }

  function row(label, ...value) {
    return h('div', { class: 'field' }, h('dt', {}, label), h('dd', {}, ...value));
  }

  function fieldText(boot, field) {
    return field.values
      .map(value => {
        if (field.type === 'date') return time(boot, value, { dateStyle: 'medium' });
        if (field.type === 'checkbox') return value ? boot.words.yes : boot.words.no;
        if (field.type === 'numeric') return new Intl.NumberFormat(localeOf(boot)).format(value);
        return String(value);
      })
      .join(', ');
  }

  function drawLead(boot, data, go) {
    const { words } = boot;
    const { lead, contacts, company } = data;
    const { pipeline, at, status } = stageOf(boot, lead);
    const steps = h('div', { class: 'stage__steps', 'aria-hidden': 'true' });
    const open = pipeline.statuses.filter(({ id, type }) => type === 0 && id !== 142 && id !== 143);
    const done =
      lead.statusId === 142
        ? open.length
        : pipeline.statuses.slice(0, at + 1).filter(one => open.includes(one)).length;
    for (const [index] of open.entries()) {
      const step = h('i', { class: index < done && lead.statusId !== 143 ? 'on' : '' });
      if (index < done && lead.statusId !== 143) step.style.background = status.color;
      steps.append(step);
    }
    const people = contacts.map(contact =>
      h(
        'div',
        { class: 'person' },
        h('span', { class: 'avatar', 'aria-hidden': 'true' }, (contact.name.match(/\p{L}/u) || ['?'])[0]),
        h(
          'div',
          { class: 'person__text' },
          h('strong', {}, contact.name),
          contact.position && h('span', { class: 'muted' }, contact.position),
          ...contact.phones.map(phone =>
            h('a', { href: `tel:${phone}`, class: 'js-phone', 'data-value': phone }, phone),
          ),
          ...contact.emails.map(email =>
            h('a', { href: `mailto:${email}`, class: 'js-email', 'data-value': email }, email),
          ),
        ),
      ),
    );
    return h(
      'section',
      { class: 'lead', 'data-lead-id': String(lead.id) },
      h('h1', { class: 'lead__name' }, lead.name || words.newLead),
      lead.tags.length > 0 &&
        h('div', { class: 'tags' }, ...lead.tags.map(tag => h('span', { class: 'tag' }, tag))),
      h(
        'div',
        { class: 'stage' },
        h(
          'div',
          { class: 'stage__name' },
          h('span', {}, status?.name ?? ''),
          h('span', { class: 'muted' }, pipeline.name),
        ),
        steps,
      ),
      h(
        'dl',
        { class: 'fields' },
        row(words.budget, h('strong', {}, money(boot, lead.price))),
        row(words.responsible, lead.responsible ?? ''),
        lead.source && row(words.source, lead.source),
      ),
      lead.fields.length > 0 && h('h2', {}, words.fields),
      lead.fields.length > 0 &&
        h('dl', { class: 'fields' }, ...lead.fields.map(field => row(field.name, fieldText(boot, field)))),
      people.length > 0 && h('h2', {}, words.contact),
      ...people,
      company && h('h2', {}, words.company),
      company &&
        h(
          'div',
          { class: 'company' },
          h('strong', {}, company.name),
          ...company.fields.map(field => h('span', { class: 'muted' }, field.values.join(', '))),
        ),
      h('h2', {}, words.otherLeads),
      leadList(boot, lead.id, go),
    );
  }

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
          meta([item.author, channels[item.channel] ?? item.channel, at]),
          h('div', { class: 'item__text' }, item.text),
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
    feed.replaceChildren(...items);
    feed.scrollTop = feed.scrollHeight;
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

  /** Draws the three columns and answers the one the widgets draw into. */
  function draw(main, boot, data, { go, addNote }) {
    const panel = h('div', { class: 'card-widgets js-widgets' });
    moment.locale(boot.user.lang);
    main.replaceChildren(
      h(
        'div',
        { class: 'card', id: 'card_holder' },
        h('div', { class: 'card__lead' }, drawLead(boot, data, go)),
        h(
          'section',
          { class: 'card__feed feed', 'aria-label': boot.words.history },
          data.lead.id === 0 ? h('p', { class: 'empty' }, boot.words.unsaved) : null,
          h('ol', { class: 'feed__items' }),
          data.lead.id === 0 ? null : composer(boot, data, addNote),
        ),
        h(
          'aside',
          { class: 'card__widgets', id: 'widgets_block', 'aria-label': boot.words.widgets },
          h('h2', { class: 'card__widgets-title' }, boot.words.widgets),
          panel,
        ),
      ),
    );
    drawFeed(main, boot, data);
    return panel;
  }

  return { draw, drawFeed, h, icon, leadList, unsaved };
});
