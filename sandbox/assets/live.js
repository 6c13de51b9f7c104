/* What goes in and out of the account as it happens: the stream of it, and the page that shows it. */
define('crm/live', ['crm/draw'], ({ h, time }) => {
  const kinds = ['call', 'hook', 'message', 'bot', 'channel'];
  const kept = 400;
  const entries = [];
  let since = 0;

  /** Asks again and again; each answer waits until there is something. */
  async function start(ajax, onNews) {
    for (;;) {
      try {
        const { entries: fresh } = await ajax('GET', `live?since=${since}`);
        // A sandbox that was started again counts from the beginning.
        if (fresh.length > 0) since = fresh[fresh.length - 1].seq;
        entries.push(...fresh);
        if (entries.length > kept) entries.splice(0, entries.length - kept);
        if (fresh.length > 0) onNews(fresh);
      } catch {
        since = 0;
        await new Promise(resolve => setTimeout(resolve, 2000));
      }
    }
  }

  /** A status that says nothing bad: none at all is what a client's message has. */
  const good = status =>
    typeof status === 'number'
      ? status >= 100 && status < 300
      : !['error', 'failed', 'blocked', 'dropped'].includes(status);

  function drawEntry(boot, entry) {
    const at = time(boot, entry.at, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
    const bodies = [
      [boot.words.sent, entry.request],
      [boot.words.answered, entry.response],
    ].filter(([, body]) => body !== null && body !== undefined);
    const details = h(
      'details',
      { class: 'entry', 'data-kind': entry.kind, 'data-seq': String(entry.seq) },
      h(
        'summary',
        {},
        h('time', {}, at),
        h('span', { class: `kind kind_${entry.kind}` }, boot.words[`kind_${entry.kind}`]),
        h('span', { class: 'entry__title' }, entry.title),
        h(
          'span',
          { class: good(entry.status) ? 'status' : 'status status_bad' },
          String(entry.status ?? '–'),
        ),
      ),
    );
    // Drawn when opened: most are never looked into.
    details.addEventListener('toggle', () => {
      if (!details.open || details.childElementCount > 1) return;
      const parts = bodies.flatMap(([name, body]) => [
        h('h3', {}, name),
        h('pre', { tabindex: '0' }, typeof body === 'string' ? body : JSON.stringify(body, null, 2)),
      ]);
      details.append(
        h('div', { class: 'entry__bodies' }, ...(parts.length > 0 ? parts : [boot.words.noBody])),
      );
    });
    return details;
  }

  /** Answers what to do with news. */
  function draw(main, boot) {
    const { words } = boot;
    const list = h('div', { class: 'live__list', role: 'log', 'aria-label': words.live });
    const empty = h('p', { class: 'empty' }, boot.user.isAdmin ? words.liveEmpty : words.liveAdmins);
    const chosen = new Set(kinds);
    const search = h('input', {
      type: 'search',
      class: 'text-input',
      id: 'live-search',
      placeholder: words.search,
      'aria-label': words.search,
    });
    const matches = entry =>
      chosen.has(entry.kind) &&
      (search.value === '' ||
        JSON.stringify([entry.title, entry.request, entry.response])
          .toLowerCase()
          .includes(search.value.toLowerCase()));
    const show = () => {
      const shown = entries.filter(entry => entry.title !== undefined && matches(entry)).reverse();
      list.replaceChildren(...shown.map(entry => drawEntry(boot, entry)));
      empty.hidden = shown.length > 0;
    };
    const chips = kinds.map(kind => {
      const chip = h(
        'button',
        { type: 'button', class: `chip kind_${kind}`, 'aria-pressed': 'true' },
        words[`kind_${kind}`],
      );
      chip.addEventListener('click', () => {
        const on = !chosen.delete(kind);
        if (on) chosen.add(kind);
        chip.setAttribute('aria-pressed', String(on));
        show();
      });
      return chip;
    });
    search.addEventListener('input', show);
    main.replaceChildren(
      h('h1', { class: 'page-title page-title_wide' }, words.live),
      h('div', { class: 'live' }, h('div', { class: 'live__filter' }, ...chips, search), empty, list),
    );
    show();
    return fresh => {
      for (const entry of fresh)
        if (entry.title !== undefined && matches(entry)) list.prepend(drawEntry(boot, entry));
      while (list.childElementCount > kept) list.lastElementChild.remove();
      empty.hidden = list.childElementCount > 0;
    };
  }

  return { draw, start };
});
