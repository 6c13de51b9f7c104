/* Adds anybody's widget archive to the account. */
define('crm/upload', ['jquery', 'crm/draw'], ($, { h }) => {
  function form(boot, reload) {
    const { words } = boot;
    const field = (name, label, attrs) =>
      h(
        'label',
        { class: 'upload__field' },
        h('span', {}, label),
        h('input', { class: 'text-input', name, ...attrs }),
      );
    const file = h('input', { type: 'file', name: 'archive', accept: '.zip', required: '' });
    const button = h('button', { type: 'submit', class: 'button button_main' }, words.uploadButton);
    const result = h('div', { class: 'upload__result', role: 'status' });
    const node = h(
      'form',
      { class: 'upload', id: 'upload' },
      h('h2', {}, words.upload),
      h('p', { class: 'muted' }, words.uploadHint),
      h('label', { class: 'upload__field' }, h('span', {}, 'widget.zip'), file),
      field('name', words.uploadName, { required: '', minlength: '3', value: 'My widget' }),
      field('code', words.uploadCode, { required: '', pattern: '[a-z][A-Za-z0-9_]*', value: 'my_widget' }),
      field('redirectUri', words.uploadRedirect, { type: 'url', placeholder: 'https://…' }),
      button,
      result,
    );
    node.addEventListener('submit', async event => {
      event.preventDefault();
      const given = new FormData(node);
      const query = new URLSearchParams(
        ['name', 'code', 'redirectUri'].map(name => [name, String(given.get(name))]),
      );
      button.disabled = true;
      result.replaceChildren();
      try {
        const made = await $.ajax({
          method: 'PUT',
          url: `/ajax/page/archive?${query}`,
          data: file.files[0],
          processData: false,
          contentType: 'application/zip',
        });
        await reload();
        const fresh = document.querySelector('#upload .upload__result');
        fresh?.replaceChildren(
          h('strong', {}, words.uploadDone),
          ...(made.clientSecret
            ? [
                h('code', {}, `client_id ${made.clientId}`),
                h('code', {}, `client_secret ${made.clientSecret}`),
              ]
            : []),
        );
      } catch (error) {
        const { errors, detail } = error.responseJSON ?? {};
        const lines = errors?.map(({ message }) => message) ?? [detail ?? String(error.statusText)];
        result.replaceChildren(
          h('strong', {}, words.uploadRefused),
          h('ul', {}, ...lines.map(line => h('li', {}, line))),
        );
      }
      button.disabled = false;
    });
    return node;
  }

  return { form };
});
