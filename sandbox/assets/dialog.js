/* Settings, Integrations: the list of widgets, and the dialog in which one is installed or disabled. */
define('crm/dialog', ['jquery', 'crm/draw', 'crm/host', 'lib/components/base/modal'], (
  $,
  { h },
  host,
  Modal,
) => {
  function tiles(boot, open, go) {
    const { words } = boot;
    if (boot.widgets.length === 0) return h('p', { class: 'empty' }, words.nothingUploaded);
    const list = h('div', { class: 'tiles' });
    for (const widget of boot.widgets) {
      const tile = h(
        'button',
        { type: 'button', class: 'tile', 'data-code': widget.code },
        h('img', { src: `${widget.imagesPath}/logo_main.png`, alt: '', width: '200', height: '136' }),
        h('strong', {}, widget.name),
        h(
          'span',
          { class: widget.installed ? 'badge badge_on' : 'badge' },
          widget.installed ? words.installed : words.notInstalled,
        ),
      );
      tile.addEventListener('click', () => open(widget));
      const page = widget.installed && widget.locations.includes('advanced_settings');
      const link =
        page &&
        h('button', { type: 'button', class: 'button', 'data-advanced': widget.code }, words.openPage);
      if (link) link.addEventListener('click', () => go(`/settings/advanced/${widget.code}`));
      list.append(h('div', { class: 'tiles__cell' }, tile, link));
    }
    return list;
  }

  function label(widget, key) {
    return host.lookup(widget.langs, key) ?? key;
  }

  function drawField(widget, key, field) {
    const value = widget.settings[key] ?? '';
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (field.type === 'custom') {
      return h(
        'div',
        { class: 'widget_settings_block__item_field', 'data-field': key },
        h('div', { id: `${widget.code}_custom_content` }),
        h('input', { type: 'hidden', name: key, id: `${widget.code}_custom`, value: text }),
      );
    }
    const input = h('input', {
      type: field.type === 'pass' ? 'password' : 'text',
      name: key,
      value: text,
      class: 'text-input',
    });
    return h(
      'label',
      { class: 'widget_settings_block__item_field' },
      h('span', {}, label(widget, field.name)),
      input,
    );
  }

  function readFields($block, widget) {
    const fields = {};
    for (const key of Object.keys(widget.settingsFields))
      fields[key] = $block.find(`[name="${key}"]`).val() ?? '';
    return fields;
  }

  /** Kommo: `onSave` decides; only a true answer (or a promise of one) goes through. */
  async function allowed(instance, active, fields) {
    const onSave = instance?.callbacks?.onSave;
    if (!onSave) return true;
    try {
      return (await onSave.call(instance, { active, fields })) !== false;
    } catch (error) {
      console.error(error);
      return false;
    }
  }

  function open(boot, widget, api, onClose) {
    const { words } = boot;
    const mayChange = boot.user.isAdmin;
    const block = h('form', { class: 'widget_settings_block', id: `widget_settings_block_${widget.code}` });
    for (const [key, field] of Object.entries(widget.settingsFields))
      block.append(drawField(widget, key, field));
    const buttons = h('div', { class: 'widget_settings_block__controls' });
    const button = (className, text) => {
      const node = h('button', { type: 'button', class: className }, text);
      node.disabled = !mayChange;
      buttons.append(node);
      return $(node);
    };
    const modal = new Modal({
      class_name: `modal-widget widget-settings__modal ${widget.code}`,
      destroy: () => onClose?.(),
      init($body) {
        const description = h('div', { class: 'widget-settings__desc-space' });
        description.innerHTML = String(host.lookup(widget.langs, 'widget.description') ?? '');
        $body.append(
          h(
            'div',
            { class: 'widget-settings', 'data-code': widget.code },
            h('img', { src: `${widget.imagesPath}/logo.png`, alt: '', width: '65', height: '50' }),
            h('h2', {}, widget.name),
            h(
              'span',
              { class: widget.installed ? 'badge badge_on widget-state' : 'badge widget-state' },
              widget.installed ? words.installed : words.notInstalled,
            ),
            description,
            block,
            !mayChange && h('p', { class: 'muted' }, words.adminsOnly),
            buttons,
          ),
        );
      },
    });
    const $block = $(block).on('submit', event => event.preventDefault());
    const act = async (active, work) => {
      const fields = readFields($block, widget);
      const instance = await ready;
      const $controls = $(buttons).find('button').prop('disabled', true);
      const keepOpen = $(buttons).find('.js-widget-save').is('[data-onsave-destroy-modal="false"]');
      try {
        if (!(await allowed(instance, active, fields))) return;
        await work(fields, instance);
        if (!keepOpen) modal.destroy();
        await api.reload();
      } catch (error) {
        host.notify(error.responseJSON?.detail ?? String(error.message ?? error));
      } finally {
        $controls.prop('disabled', !mayChange);
      }
    };
    const ready = host.settings(widget, modal.$modal_body);
    const put = settings => api.ajax('PUT', `widgets/${widget.clientUuid}`, { settings });
    if (widget.installed) {
      button('button button_main js-widget-save', words.save).on('click', () => act('Y', put));
      button('button js-widget-uninstall', words.disable).on('click', () =>
        act('N', () => api.ajax('DELETE', `widgets/${widget.clientUuid}`)),
      );
    } else {
      button('button button_main js-widget-install', words.install).on('click', () =>
        act('Y', async (fields, instance) => {
          await put(fields);
          host.call(instance, 'onInstall');
        }),
      );
    }
    return modal;
  }

  return { open, tiles };
});
