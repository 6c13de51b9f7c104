/** Widgets in the manner of those found in public, made up for the tests. */

/** Templates by address and by ref, a dialog, the page's globals: what most widgets of agencies use. */
export const templated = {
  'script.js': `
define(['jquery', 'underscore', 'twigjs', 'moment', 'lib/components/base/modal', './lib/phones.js', 'json!./data/tariffs.json'],
function ($, _, Twig, moment, Modal, phones, tariffs) {
  var CustomWidget = function () {
    var self = this;
    self.version = self.get_version();
    self.getTemplate = _.bind(function (template, params, callback) {
      params = typeof params === 'object' ? params : {};
      return self.render({
        href: '/templates/' + template + '.twig',
        base_path: self.params.path,
        v: self.get_version(),
        load: callback
      }, params);
    }, self);
    this.callbacks = {
      render: function () {
        var system = self.system();
        self.getTemplate('panel', {}, function (template) {
          self.render_template({
            caption: { class_name: 'agency-caption' },
            body: '',
            render: template.render({
              title: self.i18n('widget').name,
              user: AMOCRM.constant('user').name,
              lead: AMOCRM.data.current_card.id,
              area: system.area,
              phones: phones.count(AMOCRM.data.current_card.model),
              tariffs: _.pluck(tariffs, 'name').join(', '),
              button: self.render({ ref: '/tmpl/controls/button.twig' }, { text: 'Details', class_name: 'agency-open' })
            })
          });
          $('.card-widgets__widget-agency .agency-open').on('click', self.openDialog);
        });
        return true;
      },
      init: function () {
        window.agency = {
          same: AMOCRM === APP,
          card: APP.isCard(),
          entity: APP.getBaseEntity(),
          type: AMOCRM.data.current_card.element_type,
          day: moment(0).utc().format(AMOCRM.system.format.date),
          byRef: window.twig({ ref: '/tmpl/controls/input.twig' }).render({ name: 'sum', value: '5' })
        };
        return true;
      },
      bind_actions: function () { return true; },
      settings: function () { return true; },
      onSave: function () { return true; },
      destroy: function () { $('.agency-caption').off(); }
    };
    self.openDialog = function () {
      new Modal({
        class_name: 'agency-modal',
        init: function ($modal_body) {
          $modal_body.trigger('modal:loaded')
            .html(self.render({ data: '<h2>{{ title }}</h2>' }, { title: self.langs.widget.name }))
            .trigger('modal:centrify');
        },
        destroy: function () { window.agencyClosed = true; }
      });
    };
    return this;
  };
  return CustomWidget;
});`,
  'lib/phones.js':
    "define(['underscore'], function (_) { return { count: function (model) { return _.size(model.attributes); } }; });",
  'data/tariffs.json': '[{"name":"Base"},{"name":"Plus"}]',
  'templates/panel.twig':
    '<div class="agency-panel"><h3>{{ title }}</h3><p>{{ user }}, {{ area }} {{ lead }}</p>{% for name in tariffs|split(", ") %}<i>{{ name }}</i>{% endfor %}{{ button|raw }}</div>',
};

/** Lists a module that nobody has; another throws as soon as it draws. */
export const lacking = {
  'script.js':
    "define(['jquery', 'vendor/not/there', './lib/absent.js'], function ($) { return function () { return this; }; });",
};
export const throwing = {
  'script.js': `define(['jquery'], function ($) {
    return function () {
      this.callbacks = { render: function () { throw new Error('broken on purpose'); }, init: function () {}, bind_actions: function () {} };
      return this;
    };
  });`,
};
export const plain = {
  'script.js': `define(['jquery'], function ($) {
    return function () {
      var self = this;
      this.callbacks = {
        render: function () { self.render_template({ body: '<p class="plain-body">plain</p>', caption: {} }); return true; },
        init: function () { return true; },
        bind_actions: function () { return true; }
      };
      return this;
    };
  });`,
};
