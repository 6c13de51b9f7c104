export type StreamEvent = { id: string | null; name: string; data: string };

/**
 * Takes an event stream apart, however it was cut into pieces on its way.
 *
 * The browser's own EventSource cannot send a token; of the format only `retry`, which we decide ourselves, is left out.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function eventStreamReader(receive: (event: StreamEvent) => void): (piece: string) => void {
  let rest = '';
  let id: string | null = null;
  let name = '';
  let data: string[] = [];

  function readLine(line: string) {
    if (line === '') {
      if (data.length) receive({ id, name, data: data.join('\n') });
      name = '';
      data = [];
      return;
    }
    const [, field, value = ''] = /^([^:]*)(?:: ?([\s\S]*))?$/.exec(line) ?? [];
    if (field === 'data') data.push(value);
    else if (field === 'event') name = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
  }

  return piece => {
    rest += piece;
    // A return at the very end may be half of a line end.
    const lines = rest.split(/\r\n|\n|\r(?=[^\n])/);
    rest = lines.pop() ?? '';
    for (const line of lines) readLine(line);
  };
}
