/** Text as it may stand in HTML, in an attribute's quotes too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);
}

/** JSON as it may stand inside a script element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, sign => {
    return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Chooses the theme before the first paint. */
const themeScript = `(function(){try{if(localStorage.getItem('crm_theme')==='dark')document.documentElement.setAttribute('data-color-scheme','dark')}catch(e){}})()`;

export function document(options: { title: string; lang: string; head?: string; body: string }): string {
  return `<!doctype html>
<html lang="${escapeHtml(options.lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(options.title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/crm.css">
<script>${themeScript}</script>
${options.head ?? ''}
</head>
<body>
${options.body}
</body>
</html>
`;
}
