/* The platform's own twig templates, by the address that widgets ask for them with. */
define('crm/controls', ['twigjs'], Twig => {
  const choice = (type, mark) =>
    `{% for item in items %}<label class="control-${type} {{ class_name }}"><input type="${type}" name="{{ name }}" value="{{ item.id }}"{% if ${mark} %} checked{% endif %}> {{ item.option }}</label>{% endfor %}`;
  const sources = {
    '/tmpl/controls/button.twig':
      '<button type="button" class="button-input {{ class_name }}" id="{{ id }}"{% if disabled %} disabled{% endif %}><span class="button-input-inner">{{ text }}</span></button>',
    '/tmpl/controls/cancel_button.twig':
      '<button type="button" class="button-cancel {{ class_name }}">{{ text }}</button>',
    '/tmpl/controls/delete_button.twig':
      '<button type="button" class="button-delete {{ class_name }}">{{ text }}</button>',
    '/tmpl/controls/checkbox.twig':
      '<label class="control-checkbox {{ class_name }}"><input type="checkbox" name="{{ name }}" id="{{ id }}" value="{{ value }}"{% if checked %} checked{% endif %}> {{ text }}</label>',
    '/tmpl/controls/switcher.twig':
      '<label class="switcher {{ custom_class_name }} {{ class_name }}"><input type="checkbox" name="{{ name }}" id="{{ id }}" value="{{ value }}"{% if checked %} checked{% endif %}></label>',
    '/tmpl/controls/radio.twig': choice('radio', 'item.id == selected'),
    '/tmpl/controls/checkboxes_dropdown.twig': choice('checkbox', 'item.is_checked'),
    '/tmpl/controls/checkboxes_dropdown/values_title.twig':
      '<span class="checkboxes_dropdown__title">{{ title }}</span>',
    '/tmpl/controls/input.twig':
      '<input class="text-input {{ class_name }}" name="{{ name }}" id="{{ id }}" type="{{ type|default("text") }}" value="{{ value }}" placeholder="{{ placeholder }}">',
    '/tmpl/controls/suggest.twig':
      '<input class="text-input control--suggest {{ class_name }}" name="{{ name }}" id="{{ id }}" value="{{ value }}" placeholder="{{ placeholder }}" autocomplete="off">',
    '/tmpl/controls/textarea.twig':
      '<textarea class="text-input {{ class_name }}" name="{{ name }}" id="{{ id }}" placeholder="{{ placeholder }}">{{ value }}</textarea>',
    '/tmpl/controls/select.twig':
      '<select class="control--select {{ class_name }}" name="{{ name }}" id="{{ id }}">{% for item in items %}<option value="{{ item.id }}"{% if item.id == selected %} selected{% endif %}>{{ item.option }}</option>{% endfor %}</select>',
    '/tmpl/controls/multiselect.twig':
      '<select multiple class="control--select {{ class_name }}" name="{{ name }}" id="{{ id }}">{% for item in items %}<option value="{{ item.id }}"{% if item.id in selected %} selected{% endif %}>{{ item.option }}</option>{% endfor %}</select>',
    '/tmpl/controls/date_field.twig':
      '<input class="text-input date_field {{ class_name }}" name="{{ name }}" id="{{ id }}" type="date" value="{{ value }}">',
    '/tmpl/controls/file.twig':
      '<input class="control-file {{ class_name }}" name="{{ name }}" id="{{ id }}" type="file">',
    '/tmpl/common/search_block.twig':
      '<input type="search" class="text-input {{ class_name }}" name="{{ name }}" placeholder="{{ placeholder }}">',
  };

  // Known to twig by their addresses too: widgets render them with `twig({ref})` as well.
  for (const [id, data] of Object.entries(sources)) Twig.twig({ id, data, autoescape: true });
  window.twig = Twig.twig;

  /** A template the platform has and the sandbox does not draws nothing, as `console.warn` says. */
  function render(ref, params) {
    const template = Object.hasOwn(sources, ref) ? Twig.twig({ ref }) : null;
    if (!template) console.warn(`The sandbox has no template ${ref}`);
    return template?.render(params || {}) ?? '';
  }

  return { render };
});
