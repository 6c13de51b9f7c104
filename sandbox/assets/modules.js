/* Modules a widget may list as dependencies beside the libraries. */
define('es6promise', [], () => Object.assign(window.Promise, { Promise: window.Promise, polyfill() {} }));

define('json', ['text'], text => ({
  load(name, req, onload, config) {
    text.get(
      req.toUrl(name),
      source => {
        try {
          onload(JSON.parse(source));
        } catch (error) {
          onload.error(error);
        }
      },
      onload.error,
    );
    void config;
  },
}));

define('store', [], () => ({
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? undefined;
    } catch {
      return undefined;
    }
  },
  set: (key, value) => localStorage.setItem(key, JSON.stringify(value)),
  remove: key => localStorage.removeItem(key),
  clear: () => localStorage.clear(),
}));

define('lib/components/base/modal', ['jquery'], $ => {
  /** Options: class_name, init($modal_body), destroy(), can_centrify, disable_overlay_click. */
  return function Modal(options = {}) {
    const $modal = $('<div class="modal" role="dialog" aria-modal="true"></div>').addClass(
      options.class_name || '',
    );
    const $body = $('<div class="modal-body"></div>').appendTo(
      $('<div class="modal-scroller"></div>').appendTo($modal),
    );
    const onKey = event => event.key === 'Escape' && this.destroy();
    this.options = options;
    this.$modal = $modal;
    this.$modal_body = $body;
    this.destroy = () => {
      if (!$modal.parent().length || options.destroy?.() === false) return;
      $(document).off('keydown', onKey);
      $modal.remove();
    };
    $modal.on('click', event => {
      if (event.target === event.currentTarget && !options.disable_overlay_click) this.destroy();
    });
    $body.on('click', '.modal-body__close', () => this.destroy());
    $('<button type="button" class="modal-body__close" aria-label="×">×</button>').appendTo($body);
    $(document).on('keydown', onKey);
    $modal.appendTo(document.body);
    options.init?.($body);
    $body.trigger('modal:loaded').trigger('modal:centrify');
  };
});
