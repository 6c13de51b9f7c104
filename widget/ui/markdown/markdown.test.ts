import { expect } from 'chai';
import { parseBlocks, splitBlocks } from './parse-blocks.ts';
import { type Inline, parseInline } from './parse-inline.ts';

const text = (value: string): Inline => ({ kind: 'text', text: value });
const plain = (nodes: Inline[]): string =>
  nodes.map(node => ('text' in node ? node.text : 'children' in node ? plain(node.children) : '')).join('');

describe('Markdown in answers', () => {
  it('reads marks, code, breaks and citations', () => {
    expect(parseInline('a **b** _c_ `d*` ~~e~~ [2]\nf')).to.deep.equal([
      text('a '),
      { kind: 'strong', children: [text('b')] },
      text(' '),
      { kind: 'em', children: [text('c')] },
      text(' '),
      { kind: 'code', text: 'd*' },
      text(' '),
      { kind: 'del', children: [text('e')] },
      text(' '),
      { kind: 'cite', n: 2 },
      { kind: 'break' },
      text('f'),
    ]);
  });

  it('leaves stars and underscores of ordinary text alone', () => {
    for (const source of ['2 * 3 * 4', 'snake_case_name', 'a*', '**', '5*', '_ _']) {
      expect(parseInline(source), source).to.deep.equal([text(source)]);
    }
  });

  it('nests marks', () => {
    expect(parseInline('**a *b* c**')).to.deep.equal([
      { kind: 'strong', children: [text('a '), { kind: 'em', children: [text('b')] }, text(' c')] },
    ]);
  });

  it('links only to the web and to mail, and says where to', () => {
    expect(parseInline('[x](https://a.example/p?q=1)')).to.deep.equal([
      { kind: 'link', href: 'https://a.example/p?q=1', host: 'a.example', children: [text('x')] },
    ]);
    expect(parseInline('see https://a.example/x.')[1]).to.include({ href: 'https://a.example/x' });
    expect(parseInline('<mailto:a@b.example?body=x>')[0]).to.include({
      href: 'mailto:a@b.example',
      host: 'a@b.example',
    });
    expect(parseInline('[x](javascript:1)')).to.deep.equal([text('[x](javascript:1)')]);
    expect(parseInline('[bank.example](https://bank.example@evil.example/)')[0]).to.include({
      host: 'evil.example',
    });
  });

  it('shows a picture as its words', () => {
    expect(parseInline('![a chart](https://a.example/p.png) b')).to.deep.equal([text('a chart b')]);
  });

  it('reads headings, lists, quotes, code, tables and rules', () => {
    const blocks = parseBlocks(
      '# T\n- a\n  - b\n- c\n\n> q\n\n```js\n<x>\n```\n\n| a | b |\n|---|:-:|\n| 1 \\| 2 | 3 |\n\n---',
    );
    expect(blocks.map(({ kind }) => kind)).to.deep.equal([
      'heading',
      'list',
      'quote',
      'code',
      'table',
      'rule',
    ]);
    const [, list, , code, table] = blocks;
    expect(list?.kind === 'list' && list.items.map(item => item.map(({ kind }) => kind))).to.deep.equal([
      ['paragraph', 'list'],
      ['paragraph'],
    ]);
    expect(code).to.deep.equal({ kind: 'code', text: '<x>' });
    expect(table?.kind === 'table' && table.rows[0]?.map(plain)).to.deep.equal(['1 | 2', '3']);
  });

  it('keeps the number a list begins with', () => {
    expect(parseBlocks('3. a\n4. b')[0]).to.include({ ordered: true, start: 3 });
  });

  it('splits an answer so that no piece but the last changes while text arrives', () => {
    const whole = 'One.\n\n- a\n\n- b\n\n  still b\n\nTwo.\n\n```\nx\n\ny\n```\n\nThree.';
    expect(splitBlocks(whole)).to.deep.equal([
      'One.',
      '- a\n\n- b\n\n  still b',
      'Two.',
      '```\nx\n\ny\n```',
      'Three.',
    ]);
    for (let end = 1; end < whole.length; end += 1) {
      const pieces = splitBlocks(whole.slice(0, end)).slice(0, -1);
      const final = splitBlocks(whole);
      // A list may still grow when a blank line is followed by its next item.
      for (const [at, piece] of pieces.entries())
        expect(final[at]?.startsWith(piece), `${end}`).to.equal(true);
    }
  });

  it('shows no half-written mark while an answer streams in', () => {
    const whole = 'See **the list** and `code` in [the page](https://a.example/x) as said [1], _really_.';
    for (let end = 1; end <= whole.length; end += 1) {
      const shown = plain(parseInline(whole.slice(0, end), true));
      expect(shown, whole.slice(0, end)).to.not.match(/[*`[\]_]|https/);
    }
  });

  it('holds an open code fence together', () => {
    expect(parseBlocks('```\nlet a = 1', true)).to.deep.equal([{ kind: 'code', text: 'let a = 1' }]);
  });

  it('reads hostile input in reasonable time', () => {
    const bombs = [
      '*a '.repeat(20_000),
      '['.repeat(20_000),
      '`'.repeat(20_000),
      '> '.repeat(5_000),
      '_a*b'.repeat(10_000),
    ];
    for (const bomb of [
      ...bombs,
      '- '.repeat(3_000),
      '| '.repeat(20_000),
      '![['.repeat(9_000),
      'http://'.repeat(9_000),
    ]) {
      for (const open of [true, false]) parseBlocks(bomb, open);
    }
  }).timeout(10_000);
});
