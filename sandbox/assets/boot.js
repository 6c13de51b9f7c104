/* RequireJS as the CRM page sets it up, the page's globals, then the page itself. */
(() => {
  const requirejs = window.requirejs;
  requirejs.config({
    baseUrl: '/static/',
    waitSeconds: 20,
    paths: {
      'crm/app': 'app',
      'crm/card': 'card',
      'crm/controls': 'controls',
      'crm/dialog': 'dialog',
      'crm/draw': 'draw',
      'crm/feed': 'feed',
      'crm/host': 'host',
      'crm/host-app': 'host-app',
      'crm/host-object': 'host-object',
      'crm/live': 'live',
      'crm/messenger': 'messenger',
      'crm/upload': 'upload',
    },
  });

  // A widget may name its files as paths without ".js"; RequireJS leaves such an address as it is.
  const load = requirejs.load;
  requirejs.load = (context, id, url) => {
    const [path, query] = url.split('?');
    const fixed = /\/upl\//.test(path) && !/\.js$/.test(path) ? `${path}.js` : path;
    load.call(requirejs, context, id, query ? `${fixed}?${query}` : fixed);
  };

  window.require(
    ['jquery', 'underscore', 'backbone', 'moment', 'twigjs', 'text'],
    ($, _, Backbone, moment, Twig) => {
      Object.assign(window, { $, jQuery: $, _, Backbone, moment, Twig });
      window.require(['crm/app'], app => {
        app.start(JSON.parse(document.getElementById('boot').textContent));
      });
    },
  );
})();
