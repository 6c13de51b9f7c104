/* Runs widgets: loads script.js, hands the host object to its constructor, and calls its callbacks area by area. */
define('crm/host', ['jquery', 'backbone', 'crm/host-object', 'crm/host-app'], (
  $,
  Backbone,
  hostObject,
  hostApp,
) => {
  const app = hostApp.app;
  let boot;
  let hooks;
  let place = { area: null, card: false };
  /** Widgets alive on the page, by code. */
  const live = new Map();

  function start(data, given) {
    hooks = given;
    hostApp.install();
    update(data);
  }

  function update(data) {
    boot = data;
    hostApp.describe(boot);
  }

  /** Kommo: a location is an area, `-1` asks for the right-hand panel, which is also the default, `-0` does without. */
  function locationOf(widget, area) {
    if (area === 'advanced-settings') {
      return widget.locations.includes('advanced_settings') && place.code === widget.code
        ? { panel: false }
        : null;
    }
    const found = widget.locations.find(one => one.replace(/-[01]$/, '') === area);
    if (found) return { panel: !found.endsWith('-0') };
    return widget.locations.includes('everywhere') || widget.initOnce ? { panel: false } : null;
  }

  function enter(next) {
    const mine = { ...next };
    place = mine;
    app.widgets.system.area = mine.area;
    app.data.current_entity = mine.area === 'lcard' || mine.area === 'llist' ? 'leads' : false;
    app.data.current_card = mine.card ? cardOf(mine.card) : false;
    const wanted = boot.widgets.filter(widget => widget.installed && locationOf(widget, mine.area));
    if (mine.panel && wanted.length === 0) hostApp.drawEmptyPanel(mine.panel, boot);
    for (const widget of wanted) run(widget, mine);
  }

  function leave() {
    place = { area: null, card: false };
    for (const [code, one] of live) {
      if (one.widget.initOnce) continue;
      live.delete(code);
      call(one.instance, 'destroy');
    }
    app.data.current_card = false;
  }

  /** One widget's life in this area. Whatever it throws stays its own affair. */
  async function run(widget, mine) {
    const kept = live.get(widget.code);
    if (kept) return;
    try {
      const instance = await build(widget, mine);
      if (place !== mine) return;
      live.set(widget.code, { widget, instance });
      const drawn = await callbackOf(instance, 'render')?.call(instance);
      if (place !== mine || drawn !== true) return;
      if (mine.area === 'advanced-settings') call(instance, 'advancedSettings');
      call(instance, 'bind_actions');
      call(instance, 'init');
    } catch (error) {
      report(widget, error);
      if (mine.panel && place === mine && locationOf(widget, mine.area)?.panel)
        hostApp.drawFailure(mine.panel, widget, boot);
    }
  }

  async function build(widget, mine) {
    const Widget = await load(widget);
    if (typeof Widget !== 'function') throw new Error('script.js did not define a constructor');
    const methods = hostObject.create(widget, {
      boot: () => boot,
      area: mine.area,
      panel: locationOf(widget, mine.area)?.panel ? mine.panel : null,
      card: mine.card,
      openSettings: onClose => hooks.openSettings(widget, onClose),
    });
    // The methods are there while the constructor runs; a widget's own prototype wins over them.
    const Host = function Host() {};
    Host.prototype = Object.create(Widget.prototype ?? Object.prototype);
    for (const [name, method] of Object.entries(methods)) {
      if (!Object.hasOwn(Widget.prototype ?? {}, name)) Host.prototype[name] = method;
    }
    const instance = Reflect.construct(Widget, [], Host);
    hostObject.own(methods, instance);
    app.widgets.list[widget.code] = instance;
    return instance;
  }

  function load(widget) {
    const id = `${widget.path}/script.js`;
    return new Promise((resolve, reject) => {
      window.require([id], resolve, error => {
        for (const failed of [id, ...(error.requireModules || [])]) window.requirejs.undef(failed);
        reject(error);
      });
    });
  }

  function callbackOf(instance, name) {
    const callback = instance?.callbacks?.[name];
    return typeof callback === 'function' ? callback : undefined;
  }

  function call(instance, name, ...args) {
    try {
      const answer = callbackOf(instance, name)?.apply(instance, args);
      if (typeof answer?.then === 'function') answer.then(undefined, error => report(name, error));
      return answer;
    } catch (error) {
      report(name, error);
      return undefined;
    }
  }

  /** Kommo: the dialog of a widget that is not installed yet runs its script too. */
  async function settings(widget, $body) {
    const known = live.get(widget.code);
    if (known) {
      call(known.instance, 'settings', $body, {});
      return known.instance;
    }
    try {
      const instance = await build(widget, { area: 'settings', panel: null, card: false });
      call(instance, 'settings', $body, {});
      return instance;
    } catch (error) {
      report(widget, error);
      return undefined;
    }
  }

  function cardOf({ lead, contacts, company }) {
    const attributes = {
      ID: lead.id,
      'lead[NAME]': lead.name,
      'lead[PRICE]': String(lead.price),
      'lead[STATUS]': String(lead.statusId),
      'lead[PIPELINE_ID]': String(lead.pipelineId),
      'lead[MAIN_USER]': String(lead.responsibleId),
    };
    for (const field of lead.fields) attributes[`CFV[${field.id}]`] = field.values[0];
    const model = new Backbone.Model(attributes);
    return {
      id: lead.id,
      model,
      element_type: 2,
      main_user: lead.responsibleId,
      fields_hider: { model },
      linked: { contacts: contacts.map(({ id }) => id), company: company?.id ?? null },
      $el: $('#card_holder'),
    };
  }

  function report(where, error) {
    console.error(`Widget ${where.code ?? where}:`, error);
  }

  return { start, update, enter, leave, settings, call, lookup: hostObject.lookup, notify: hostApp.notify };
});
