/* The page: navigation, sign-in as another user, theme, and which area the widgets are in. */
define('crm/app', [
  'jquery',
  'crm/draw',
  'crm/card',
  'crm/host',
  'crm/dialog',
  'crm/live',
  'crm/messenger',
  'crm/upload',
], ($, { h, icon }, card, host, dialog, live, messenger, upload) => {
  let boot;
  let view = null;

  function ajax(method, path, body) {
    return $.ajax({
      method,
      url: `/ajax/page/${path}`,
      contentType: 'application/json',
      data: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  async function start(data) {
    boot = data;
    host.start(boot, { openSettings: (widget, onClose) => dialog.open(boot, widget, api, onClose) });
    drawFrame();
    addEventListener('popstate', () => show(location.pathname));
    live.start(ajax, entries => view?.onNews?.(entries));
    await show(location.pathname);
  }

  /** What the dialog needs of the page. */
  const api = {
    ajax,
    async reload() {
      boot = await ajax('GET', 'boot');
      host.update(boot);
      await show(location.pathname);
    },
    go,
  };

  function go(path) {
    if (path !== location.pathname) history.pushState(null, '', path);
    return show(path);
  }

  async function show(path) {
    host.leave();
    const mine = {};
    view = mine;
    const main = document.getElementById('crm-main');
    const detail = /^\/leads\/detail\/(\d+)$/.exec(path);
    const talk = /^\/messenger(?:\/(\d+))?$/.exec(path);
    const advanced = /^\/settings\/advanced\/([A-Za-z0-9_]+)$/.exec(path);
    markNav(path);
    if (detail) await showCard(main, mine, Number(detail[1]));
    else if (path === '/leads/add') drawCard(main, mine, card.unsaved(boot));
    else if (talk) showMessenger(main, mine, talk[1] ? Number(talk[1]) : null);
    else if (path === '/live') showLive(main, mine);
    else if (advanced) showAdvanced(main, advanced[1]);
    else if (path.startsWith('/settings')) showSettings(main);
    else showList(main);
    if (view === mine) $(document).trigger('page:changed');
  }

  async function showCard(main, mine, id) {
    let data;
    try {
      data = await ajax('GET', `card/${id}`);
    } catch {
      if (view !== mine) return;
      title(boot.words.notVisible);
      main.replaceChildren(h('p', { class: 'empty' }, boot.words.notVisible), card.leadList(boot, null, go));
      host.enter({ area: 'other', card: false });
      return;
    }
    if (view === mine) drawCard(main, mine, data);
  }

  function drawCard(main, mine, data) {
    title(data.lead.name || boot.words.newLead);
    const path = `/api/v4/leads/${data.lead.id}`;
    const send = (method, url, body) =>
      $.ajax({ method, url, contentType: 'application/json', data: JSON.stringify(body) });
    const refresh = async () => {
      const fresh = await ajax('GET', `card/${data.lead.id}`);
      if (view === mine) card.redraw(main, boot, fresh, deeds);
    };
    const deeds = {
      go,
      async addNote(text) {
        await send('POST', `${path}/notes`, [{ note_type: 'common', params: { text } }]);
        await refresh();
      },
      async move(pipelineId, statusId) {
        try {
          await send('PATCH', path, { pipeline_id: pipelineId, status_id: statusId });
        } catch {
          host.notify(boot.words.stage, boot.words.moveFailed, true);
          return false;
        }
        const known = boot.leads.find(({ id }) => id === data.lead.id);
        if (known) Object.assign(known, { pipelineId, statusId });
        await refresh();
        return true;
      },
    };
    const panel = card.draw(main, boot, data, deeds);
    if (data.lead.id !== 0) mine.onNews = soon(entries => isWrite(entries) && refresh(), mine);
    host.enter({ area: 'lcard', card: data, panel });
  }

  /** Reads of others change nothing here. What administrators see of a call says whether it was one. */
  const isWrite = entries =>
    entries.some(({ kind, title: text }) => kind !== 'call' || !text?.startsWith('GET'));

  /** Gathers what comes in quick succession. */
  function soon(work, mine) {
    let timer;
    let gathered = [];
    return entries => {
      gathered.push(...entries);
      clearTimeout(timer);
      timer = setTimeout(() => {
        const news = gathered;
        gathered = [];
        if (view === mine) work(news);
      }, 150);
    };
  }

  async function showMessenger(main, mine, talkId) {
    title(boot.words.messenger);
    host.enter({ area: 'other', card: false });
    const update = await messenger.draw(main, boot, talkId, { ajax, go, isCurrent: () => view === mine });
    if (view === mine) mine.onNews = soon(update, mine);
  }

  function showLive(main, mine) {
    title(boot.words.live);
    mine.onNews = live.draw(main, boot);
    host.enter({ area: 'other', card: false });
  }

  function showList(main) {
    title(boot.words.leads);
    main.replaceChildren(h('h1', { class: 'page-title' }, boot.words.leads), card.leadList(boot, null, go));
    host.enter({ area: 'llist', card: false });
  }

  function showSettings(main) {
    title(boot.words.integrations);
    main.replaceChildren(
      ...[
        h('h1', { class: 'page-title' }, boot.words.integrations),
        dialog.tiles(boot, widget => dialog.open(boot, widget, api), go),
        boot.user.isAdmin && upload.form(boot, api.reload),
      ].filter(Boolean),
    );
    host.enter({ area: 'settings', card: false });
  }

  function showAdvanced(main, code) {
    const widget = boot.widgets.find(one => one.code === code);
    title(widget?.name ?? code);
    const holder = h(
      'div',
      { id: 'list_page_holder', class: 'advanced' },
      h('div', { id: `work-area-${code}` }),
    );
    main.replaceChildren(h('h1', { class: 'page-title' }, widget?.name ?? code), holder);
    host.enter({ area: 'advanced-settings', card: false, code });
  }

  function title(text) {
    document.title = `${text} · ${boot.account.name}`;
    const crumb = document.getElementById('crm-crumb');
    if (crumb) crumb.textContent = text;
  }

  function markNav(path) {
    for (const link of document.querySelectorAll('.nav__link')) {
      link.classList.toggle('nav__link_on', path.startsWith(link.dataset.prefix));
    }
  }

  function link(path, className, attrs, ...children) {
    const node = h('a', { href: path, class: className, ...attrs }, ...children);
    node.addEventListener('click', event => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      go(path);
    });
    return node;
  }

  function drawFrame() {
    const { words, users, user, account } = boot;
    const nav = h(
      'nav',
      { class: 'nav', 'aria-label': account.name },
      h('span', { class: 'nav__logo', 'aria-hidden': 'true' }, account.name.slice(0, 1)),
      link(
        '/leads/',
        'nav__link',
        { 'data-prefix': '/leads', title: words.leads },
        icon('leads'),
        h('span', {}, words.leads),
      ),
      link(
        '/messenger',
        'nav__link',
        { 'data-prefix': '/messenger', title: words.messenger },
        icon('chat'),
        h('span', {}, words.messenger),
      ),
      link(
        '/live',
        'nav__link',
        { 'data-prefix': '/live', title: words.live },
        icon('live'),
        h('span', {}, words.live),
      ),
      link(
        '/settings/widgets',
        'nav__link',
        { 'data-prefix': '/settings', title: words.settings },
        icon('settings'),
        h('span', {}, words.settings),
      ),
    );
    const people = h('select', { id: 'user-switch', class: 'top__user', 'aria-label': words.signInAs });
    for (const one of users) {
      const marks = [one.lang, one.isAdmin && words.admin, !one.active && words.inactive]
        .filter(Boolean)
        .join(', ');
      const option = h('option', { value: String(one.id) }, `${one.name} (${marks})`);
      option.disabled = !one.active;
      people.append(option);
    }
    people.value = String(user.id);
    people.addEventListener('change', async () => {
      await ajax('POST', 'session', { userId: Number(people.value) });
      location.reload();
    });
    const theme = h(
      'button',
      {
        id: 'theme-toggle',
        class: 'top__button',
        type: 'button',
        title: words.theme,
        'aria-label': words.theme,
      },
      icon('theme'),
    );
    const showTheme = () => theme.setAttribute('aria-pressed', String(isDark()));
    theme.addEventListener('click', () => {
      setDark(!isDark());
      showTheme();
    });
    showTheme();
    const top = h(
      'header',
      { class: 'top' },
      h(
        'div',
        { class: 'top__place' },
        h('span', { class: 'top__account' }, account.name),
        h('span', { class: 'top__slash', 'aria-hidden': 'true' }, '/'),
        h('span', { id: 'crm-crumb', class: 'top__crumb' }),
      ),
      theme,
      people,
    );
    document.getElementById('crm').replaceChildren(nav, top, h('main', { id: 'crm-main', class: 'main' }));
  }

  const root = document.documentElement;
  const isDark = () => root.getAttribute('data-color-scheme') === 'dark';
  function setDark(dark) {
    if (dark) root.setAttribute('data-color-scheme', 'dark');
    else root.removeAttribute('data-color-scheme');
    try {
      localStorage.setItem('crm_theme', dark ? 'dark' : 'light');
    } catch {}
  }

  return { start };
});
