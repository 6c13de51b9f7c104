/* Draws the lead card. */
define('crm/card', ['moment', 'crm/draw', 'crm/feed'], (
  moment,
  { channelName, h, icon, money, number, time },
  { composer, drawFeed },
) => {
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
      talks: [],
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
        if (field.type === 'numeric') return number(boot, value);
        return String(value);
      })
      .join(', ');
  }

  /** Every stage of every pipeline; a move is what a person does by hand, and hooks and triggers follow. */
  function stageSelect(boot, lead, move) {
    const select = h('select', {
      id: 'stage-select',
      class: 'stage__select',
      'aria-label': boot.words.stage,
    });
    for (const pipeline of boot.pipelines) {
      const group = h('optgroup', { label: pipeline.name });
      for (const status of pipeline.statuses) {
        group.append(h('option', { value: `${pipeline.id}/${status.id}` }, status.name));
      }
      select.append(group);
    }
    const current = `${lead.pipelineId}/${lead.statusId}`;
    select.value = current;
    select.addEventListener('change', async () => {
      const [pipelineId, statusId] = select.value.split('/').map(Number);
      select.disabled = true;
      if (!(await move(pipelineId, statusId))) select.value = current;
      select.disabled = false;
    });
    return select;
  }

  function messengerLink(boot, talk, go) {
    const link = h(
      'a',
      { href: `/messenger/${talk.id}`, class: 'messenger-link', 'data-talk-id': String(talk.id) },
      icon('chat'),
      h('span', {}, `${boot.words.writeAsClient} · ${channelName(talk.channel)}`),
    );
    link.addEventListener('click', event => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      go(`/messenger/${talk.id}`);
    });
    return link;
  }

  function drawLead(boot, data, go, move) {
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
          lead.id === 0 ? h('span', {}, status?.name ?? '') : stageSelect(boot, lead, move),
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
      ...(data.talks ?? []).filter(({ open }) => open).map(talk => messengerLink(boot, talk, go)),
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

  /** Draws the three columns and answers the one the widgets draw into. */
  function draw(main, boot, data, { go, addNote, move }) {
    const panel = h('div', { class: 'card-widgets js-widgets' });
    moment.locale(boot.user.lang);
    main.replaceChildren(
      h(
        'div',
        { class: 'card', id: 'card_holder' },
        h('div', { class: 'card__lead' }, drawLead(boot, data, go, move)),
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

  /** Draws the left column anew; the widgets beside it stay as they are. */
  function redraw(main, boot, data, { go, move }) {
    main.querySelector('.card__lead').replaceChildren(drawLead(boot, data, go, move));
    drawFeed(main, boot, data);
  }

  return { draw, leadList, redraw, unsaved };
});
