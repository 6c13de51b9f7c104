/* What drawing needs everywhere. Text goes in as text, never as markup. */
define('crm/draw', [], () => {
  const icons = {
    leads: 'M4 5h4v14H4zM10 5h4v9h-4zM16 5h4v6h-4z',
    settings: 'M4 7h9m5 0h2M4 17h2m5 0h9M15 4.5v5M8 14.5v5',
    theme: 'M20 14.5A8 8 0 1 1 9.5 4a6.5 6.5 0 0 0 10.5 10.5z',
    task: 'M5 12.5l4.5 4.5L19 7',
    todo: 'M12 4.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15z',
    call: 'M6 4h3l1.5 4-2 1.5a12 12 0 0 0 6 6l1.5-2 4 1.5v3a2 2 0 0 1-2 2A15 15 0 0 1 4 6a2 2 0 0 1 2-2z',
    note: 'M6 4h12v16H6zM9 9h6M9 13h6',
    service: 'M12 4v4m0 8v4m8-8h-4M8 12H4m9.5-1.5a2.1 2.1 0 1 1-3 3 2.1 2.1 0 0 1 3-3z',
    chat: 'M5 5h14v10H10l-4 4v-4H5z',
    live: 'M3 12h4l3-7 4 14 3-7h4',
    tick: 'M6 12.5l4 4 8-9',
    ticks: 'M2 12.5l4 4 8-9M11 15.5l1 1 8-9',
    warning: 'M12 6v7m0 4v.5',
    chevron: 'M7 10l5 5 5-5',
  };

  function h(tag, attrs, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attrs || {})) {
      if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value);
    }
    node.append(...children.filter(child => child !== null && child !== undefined && child !== false));
    return node;
  }

  function icon(name) {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    path.setAttribute('d', icons[name]);
    svg.append(path);
    return svg;
  }

  /** Words of the user, figures of the country: es-MX writes 1,500 where es writes 1.500. */
  const localeOf = boot => `${boot.user.lang}-${boot.account.country}`;
  const number = (boot, value) => new Intl.NumberFormat(localeOf(boot)).format(value);
  const money = (boot, value) =>
    new Intl.NumberFormat(localeOf(boot), {
      style: 'currency',
      currency: boot.account.currency,
      maximumFractionDigits: 0,
    }).format(value);
  const time = (boot, at, options) =>
    new Intl.DateTimeFormat(localeOf(boot), { timeZone: boot.account.timezone, ...options }).format(
      at * 1000,
    );
  const dayOf = (boot, at) => time(boot, at, { year: 'numeric', month: '2-digit', day: '2-digit' });

  const channels = { waba: 'WhatsApp', telegram: 'Telegram', instagram_business: 'Instagram' };
  const channelName = code => channels[code] ?? code;

  /** One tick sent, two delivered, two coloured ones read. */
  function ticks(words, message) {
    if (!message.delivery) return null;
    const name = words[`delivery_${message.delivery}`];
    const title = message.error ? `${name}: ${message.error}` : name;
    return h(
      'span',
      { class: `ticks ticks_${message.delivery}`, title, role: 'img', 'aria-label': title },
      icon({ sent: 'tick', error: 'warning' }[message.delivery] ?? 'ticks'),
    );
  }

  return { channelName, dayOf, h, icon, money, number, ticks, time };
});
