/* The page's global APP (old name AMOCRM): what widgets read of the account, the user and the place they are in. */
define('crm/host-app', ['jquery', 'crm/draw'], ($, { h }) => {
  let constants = {};

  const app = {
    lang_id: 'en',
    element_types: { contacts: 1, leads: 2, companies: 3, tasks: 4, customers: 12 },
    cf_types: {
      text: 1,
      numeric: 2,
      checkbox: 3,
      select: 4,
      multiselect: 5,
      date: 6,
      url: 7,
      multitext: 8,
      textarea: 9,
      radiobutton: 10,
      streetaddress: 11,
      smart_address: 13,
      birthday: 14,
    },
    data: {
      current_card: false,
      current_list: false,
      current_entity: false,
      current_view: { $el: null },
      card_page: null,
    },
    widgets: { system: { area: null }, list: {}, clear_cache() {} },
    environment: 'production',
    USER: { id: 0 },
    system: { format: { date: 'MM/DD/YYYY', time: 'HH:mm' } },
    constant: key => constants[key],
    getBaseEntity: () => app.data.current_entity || '',
    isCard: () => app.data.current_card !== false,
    getWidgetsArea() {
      const { area } = app.widgets.system;
      return { lcard: 'leads_card', llist: 'leads', settings: 'widgetsSettings' }[area] ?? area;
    },
    notifications: {
      show_message: message => notify(message.header, message.text),
      show_message_error: message => notify(message.header, message.text, true),
      show_notification: ({ text, type }) => notify(text?.header, text?.text, type === 'error'),
      add_error: message => notify(message.header, message.text, true),
      add_call: message => notify(message.from ?? '', message.text),
    },
    sdk: {
      showUserStatus: () =>
        Object.fromEntries(
          Object.values(constants.managers ?? {}).map(({ id }) => [id, { id, online: id === app.USER.id }]),
        ),
      setCallingStatus() {},
    },
  };

  function install() {
    window.APP = app;
    window.AMOCRM = app;
  }

  function describe({ account, user, users }) {
    app.lang_id = user.lang;
    app.USER.id = user.id;
    app.system.format.date = account.datetime.date.replace('D', 'DD').replace('M', 'MM').replace('Y', 'YYYY');
    app.data.card_page = { el: '#card_holder', notes: { notes: '.feed__items' } };
    app.data.current_view.$el = $('#crm');
    constants = {
      user: {
        id: user.id,
        login: user.email,
        name: user.name,
        amojo_id: user.amojo_id,
        uuid: user.uuid,
        theme: 1,
        tour: false,
        user_rank: user.user_rank,
        photo: '',
        personal_mobile: user.phone_number,
      },
      user_rights: { is_admin: user.isAdmin, is_free_user: user.rights.is_free },
      account: {
        id: account.id,
        name: account.name,
        subdomain: account.subdomain,
        amojo_id: account.amojo_id,
        language: account.lang,
        timezone: account.timezone,
        currency: account.currency,
      },
      managers: Object.fromEntries(
        users.map(one => [
          one.id,
          {
            id: one.id,
            title: one.name,
            option: one.name,
            active: one.active,
            login: one.login,
            status: one.active ? 'A' : 'N',
            is_admin: one.isAdmin ? 'Y' : 'N',
            free_user: one.isFree ? 'Y' : 'N',
            amojo_id: one.amojoId,
            avatar: '',
            phone: '',
            group: `group_${one.groupId}`,
            theme: 1,
          },
        ]),
      ),
      groups: Object.fromEntries(account.groups.map(({ id, name }) => [`group_${id}`, name])),
      task_types: Object.fromEntries(
        account.task_types.map(({ id, name, color, icon_id }) => [id, { id, option: name, color, icon_id }]),
      ),
    };
  }

  function notify(header, text, isError = false) {
    const toast = h(
      'div',
      { class: isError ? 'toast toast_error' : 'toast' },
      header ? h('strong', {}, String(header)) : null,
      text ? h('span', {}, String(text)) : null,
    );
    document.getElementById('toasts').append(toast);
    setTimeout(() => toast.remove(), 6000);
  }

  function drawEmptyPanel(panel, boot) {
    panel.replaceChildren(
      h(
        'p',
        { class: 'empty' },
        boot.words.noWidgets,
        ' ',
        h('a', { href: '/settings/widgets' }, boot.words.openSettings),
      ),
    );
  }

  function drawFailure(panel, widget, boot) {
    if (panel.querySelector(`.card-widgets__widget-${widget.code}`)) return;
    panel.append(
      h(
        'div',
        { class: `card-widgets__widget card-widgets__widget-${widget.code} card-widgets__widget_failed` },
        h('strong', {}, widget.name),
        h('p', {}, boot.words.widgetFailed),
      ),
    );
  }

  return { app, describe, drawEmptyPanel, drawFailure, install, notify };
});
