/* The methods a widget finds on itself. */
define('crm/host-object', ['jquery', 'twigjs', 'crm/draw', 'crm/controls'], (
  $,
  Twig,
  { h, icon },
  platform,
) => {
  /** One widget author measured how long the platform keeps a one-time token: about 25 minutes. */
  const tokenKeptMs = 25 * 60 * 1000;
  const tokens = new Map();
  const channels = new Map();
  let relayQueue = Promise.resolve();

  function lookup(tree, key) {
    return String(key)
      .split('.')
      .reduce(
        (node, part) =>
          node !== null && typeof node === 'object' && Object.hasOwn(node, part) ? node[part] : undefined,
        tree,
      );
  }

  const twig = (source, params) => Twig.twig({ data: source, autoescape: true }).render(params || {});

  /** Kommo: text at once from `data` or `ref`; from `href` later, by its `load` or as a promise. */
  function render(template, params) {
    if (template.data !== undefined) return twig(template.data, params);
    if (template.ref) return platform.render(template.ref, params);
    const url = `${template.base_path ?? ''}${template.href}?v=${template.v ?? ''}`;
    // Not `$.get`: at this version it takes no options, and would fetch the page itself.
    const loaded = $.ajax({ url, dataType: 'text' }).then(source => ({
      render: values => twig(source, values),
    }));
    if (typeof template.load === 'function') loaded.then(found => template.load(found));
    return template.promised ? Promise.resolve(loaded) : undefined;
  }

  function drawBlock(widget, panel, body, captionOptions) {
    panel.querySelector(`.card-widgets__widget-${widget.code}`)?.remove();
    const caption = h(
      'button',
      {
        type: 'button',
        class: `card-widgets__widget__caption ${captionOptions?.class_name ?? ''}`,
        'aria-expanded': 'true',
        title: widget.name,
      },
      h('img', {
        class: 'card-widgets__widget__logo',
        src: `${widget.imagesPath}/logo_medium.png`,
        alt: widget.name,
        width: '120',
        height: '42',
      }),
      h('img', {
        class: 'card-widgets__widget__logo_min',
        src: `${widget.imagesPath}/logo_min.png`,
        alt: '',
        width: '32',
        height: '32',
      }),
      icon('chevron'),
    );
    if (captionOptions?.html) $(caption).append(captionOptions.html);
    const holder = h('div', { class: 'card-widgets__widget__body' });
    const block = h(
      'div',
      {
        class: `card-widgets__widget card-widgets__widget-${widget.code}`,
        id: `widget_block_${widget.code}`,
        'data-code': widget.code,
      },
      caption,
      holder,
    );
    caption.addEventListener('click', () => {
      const folded = block.classList.toggle('card-widgets__widget_folded');
      caption.setAttribute('aria-expanded', String(!folded));
    });
    panel.append(block);
    $(holder).html(body);
    return $(block);
  }

  function tokenOf(widget) {
    const known = tokens.get(widget.clientUuid);
    if (known && Date.now() < known.until) return known.token;
    const token = $.ajax({
      url: `/ajax/v2/integrations/${widget.clientUuid}/disposable_token`,
      dataType: 'json',
    }).then(answer => answer.token);
    tokens.set(widget.clientUuid, { token, until: Date.now() + tokenKeptMs });
    token.fail(() => tokens.delete(widget.clientUuid));
    return token;
  }

  function create(widget, { boot, area, panel, card: shownCard, openSettings }) {
    let status = widget.installed ? 'installed' : 'install';
    const cleanUps = [];
    const params = {
      ...widget.settings,
      id: widget.id,
      widget_code: widget.code,
      active: widget.installed ? 'Y' : 'N',
      widget_active: widget.installed ? 'Y' : 'N',
      status,
      version: widget.version,
      path: widget.path,
      cdn_path: widget.path,
      images_path: widget.imagesPath,
      oauth_client_uuid: widget.clientUuid,
      category_code: 'own_integrations',
      support: [],
    };
    const { account, user } = boot();
    return {
      params,
      langs: widget.langs,
      system: () => ({
        area,
        amouser_id: user.id,
        amouser: user.email,
        subdomain: account.subdomain,
        domain: account.host,
        server: account.host,
      }),
      get_settings: () => params,
      set_settings: more => Object.assign(params, more),
      get_version: () => widget.version,
      get_install_status: () => status,
      set_status(next) {
        status = next;
        params.status = next;
        document
          .querySelector(`.widget-settings[data-code="${widget.code}"]`)
          ?.setAttribute('data-status', next);
      },
      i18n: key => lookup(widget.langs, key),
      set_lang: langs => Object.assign(widget.langs, langs),
      render,
      render_template(template, values) {
        if (!panel?.isConnected) return null;
        const body = template.render ? twig(template.render, values) : (template.body ?? '');
        return drawBlock(widget, panel, body, template.caption);
      },
      $authorizedAjax(options) {
        const asked = typeof options === 'string' ? { url: options } : options;
        return $.when(tokenOf(widget)).then(token =>
          $.ajax({ ...asked, headers: { ...asked.headers, 'X-Auth-Token': token } }),
        );
      },
      crm_post(url, data, callback, type, onError) {
        relayQueue = relayQueue.then(() => relay(url, data, callback, type, onError));
      },
      get_accounts_current: () => ({ ...account, current_user: user.id, users: boot().users }),
      get_current_card_contacts_data: () =>
        Promise.resolve(
          (shownCard ? shownCard.contacts : []).map(one => ({
            id: one.id,
            name: one.name,
            first_name: one.firstName,
            last_name: one.lastName,
            phones: one.phones,
            emails: one.emails,
          })),
        ),
      list_selected: () => ({ count_selected: 0, selected: [] }),
      widgetsOverlay() {},
      get_pipeline_id: () => $.Deferred().resolve(boot().pipelines[0].id).promise(),
      setSdkCatalogId() {},
      add_action(kind, action) {
        const name = `click.widget_${widget.code}_${kind}`;
        $(document)
          .off(name)
          .on(name, `.js-${kind}`, event => {
            event.preventDefault();
            action({ value: event.currentTarget.dataset.value });
          });
        cleanUps.push(() => $(document).off(name));
      },
      add_source() {},
      listenSocketChannel(channel, _keys, callback) {
        const listeners = channels.get(channel) ?? new Set();
        channels.set(channel, listeners.add(callback));
        return () => listeners.delete(callback);
      },
      openWidgetSettings: (options = {}) => openSettings(options.onClose),
    };
  }

  /** A constructor may answer another object than the one it was called on; the methods go there too. */
  function own(methods, instance) {
    for (const name of Object.keys(methods)) if (!(name in instance)) instance[name] = methods[name];
  }

  /** Kommo: at most one such call per second, the others wait. */
  async function relay(url, data, callback, type, onError) {
    const pause = new Promise(resolve => setTimeout(resolve, 1000));
    try {
      const { body } = await $.ajax({
        method: 'POST',
        url: '/ajax/page/relay',
        contentType: 'application/json',
        data: JSON.stringify({ url, data }),
      });
      callback?.(type === 'json' ? JSON.parse(body) : body);
    } catch (error) {
      onError?.(error);
    }
    await pause;
  }

  return { create, lookup, own };
});
