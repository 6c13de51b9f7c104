/** A number the model wrote in brackets, and the claim it stands behind. */
export interface Mark {
  /** The source's number as the model was given it. */
  source: number;
  /** The number shown, in order of first use. */
  n: number;
  /** The sentence before the mark, without earlier marks. */
  claim: string;
}

export interface CitationStream {
  /** The text to show so far and the sources newly cited in it. */
  push(text: string): { text: string; marks: Mark[] };
  end(): { text: string; marks: Mark[] };
}

const holdMax = 40;
const group = /\[\^?(\d{1,3}(?:\s*[,;]\s*\^?\d{1,3})*)\]|【(\d{1,3})[^】]{0,20}】/g;
const unfinished = /(?:\[\^?[\d\s,;^]*|【[^】]{0,20})$/;

/**
 * Renumbers `[4]`, `[4, 7]` and `【4】` in the order they appear and drops numbers that were never given,
 * so that every mark shown can be opened. Holds back only what may become a mark.
 */
export function citationStream(known: ReadonlySet<number>): CitationStream {
  const shownBySource = new Map<number, number>();
  let held = '';
  let sentence = '';

  function rewrite(text: string): { text: string; marks: Mark[] } {
    const marks: Mark[] = [];
    let at = 0;
    let out = '';
    const take = (plain: string) => {
      out += plain;
      sentence = lastSentence(sentence + plain);
    };
    for (const match of text.matchAll(group)) {
      take(text.slice(at, match.index));
      at = match.index + match[0].length;
      // A link such as [1](https://…) is the model's own text, not a mark.
      const numbers = (match[1] ?? match[2] ?? '')
        .split(/\D+/)
        .filter(part => part !== '')
        .map(Number);
      let rendered = '';
      for (const source of numbers) {
        if (!known.has(source)) continue;
        let n = shownBySource.get(source);
        if (n === undefined) {
          n = shownBySource.size + 1;
          shownBySource.set(source, n);
          marks.push({ source, n, claim: sentence.trim() });
        }
        rendered += `[${n}]`;
      }
      if (rendered === '') out = out.replace(/[ \t]+$/, '');
      out += rendered;
    }
    take(text.slice(at));
    return { text: out, marks };
  }

  return {
    push(text) {
      const whole = held + text;
      const tail = unfinished.exec(whole);
      const cut = tail && tail[0].length <= holdMax ? tail.index : whole.length;
      held = whole.slice(cut);
      return rewrite(whole.slice(0, cut));
    },
    end() {
      const rest = held;
      held = '';
      return rewrite(rest);
    },
  };
}

/** What stands after the last end of a sentence that was followed by more text. */
function lastSentence(text: string): string {
  const ends = [...text.matchAll(/[.!?…。]["»”')]*\s+(?=\S)|\n+(?=\S)/g)];
  const last = ends.at(-1);
  return (last ? text.slice(last.index + last[0].length) : text).slice(-600);
}
