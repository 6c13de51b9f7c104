/* The page: navigation, sign-in as another user, theme, and which area the widgets are in. */
define('crm/app', ['jquery', 'crm/draw', 'crm/feed', 'crm/card', 'crm/host', 'crm/dialog'], (
  $,
  { h, icon },
  feed,
  card,
  host,
  dialog,
) => {
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
    const advanced = /^\/settings\/advanced\/([A-Za-z0-9_]+)$/.exec(path);
    markNav(path);
    if (detail) await showCard(main, mine, Number(detail[1]));
    else if (path === '/leads/add') drawCard(main, mine, card.unsaved(boot));
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
    const panel = card.draw(main, boot, data, {
      go,
      async addNote(text) {
        await $.ajax({
          method: 'POST',
          url: `/api/v4/leads/${data.lead.id}/notes`,
          contentType: 'application/json',
          data: JSON.stringify([{ note_type: 'common', params: { text } }]),
        });
        const fresh = await ajax('GET', `card/${data.lead.id}`);
        if (view === mine) feed.drawFeed(main, boot, fresh);
      },
    });
    host.enter({ area: 'lcard', card: data, panel });
  }

  function showList(main) {
    title(boot.words.leads);
    main.replaceChildren(h('h1', { class: 'page-title' }, boot.words.leads), card.leadList(boot, null, go));
    host.enter({ area: 'llist', card: false });
  }

  function showSettings(main) {
    title(boot.words.integrations);
    main.replaceChildren(
      h('h1', { class: 'page-title' }, boot.words.integrations),
      dialog.tiles(boot, widget => dialog.open(boot, widget, api), go),
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
