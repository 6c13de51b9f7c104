/**
 * Says which numbers a mark is shown as: for a source as the model was given it, and the claim before the
 * mark (its sentence, without earlier marks). None drops the mark.
 */
export type NumberMark = (source: number, claim: string) => number[];

export interface CitationStream {
  /** The text to show so far. */
  push(text: string): string;
  end(): string;
}

const holdMax = 40;
const group = /\[\^?(\d{1,3}(?:\s*[,;]\s*\^?\d{1,3})*)\]|【(\d{1,3})[^】]{0,20}】/g;
// With the space before it: that goes with a mark that is dropped.
const unfinished = /[ \t]{0,20}(?:\[\^?[\d\s,;^]*|【[^】]{0,20})?$/;

/**
 * Renumbers the marks of an answer, `[4]`, `[4, 7]` and `【4】`, and drops those that stand for nothing, so
 * that every mark shown can be opened. Holds back only what may become a mark.
 */
export function citationStream(numberMark: NumberMark): CitationStream {
  let held = '';
  let sentence = '';

  function rewrite(text: string): string {
    let at = 0;
    let out = '';
    const take = (plain: string) => {
      out += plain;
      sentence = lastSentence(sentence + plain);
    };
    for (const match of text.matchAll(group)) {
      take(text.slice(at, match.index));
      at = match.index + match[0].length;
      const sources = (match[1] ?? match[2] ?? '')
        .split(/\D+/)
        .filter(part => part !== '')
        .map(Number);
      const shown = new Set(sources.flatMap(source => numberMark(source, sentence.trim())));
      if (shown.size === 0) out = out.replace(/[ \t]+$/, '');
      out += [...shown].map(n => `[${n}]`).join('');
    }
    take(text.slice(at));
    return out;
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
