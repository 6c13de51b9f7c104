import { expect } from 'chai';
import type { VNode } from 'preact';
import { hostileTexts } from './hostile-texts.ts';
import { Markdown } from './Markdown.ts';

const ALLOWED: Record<string, string[]> = {
  div: ['class'],
  span: ['class'],
  p: [],
  ol: ['start'],
  a: ['href', 'target', 'rel'],
  ...Object.fromEntries(
    'ul li strong em del code pre blockquote br hr h4 h5 h6 table thead tbody tr th td'
      .split(' ')
      .map(tag => [tag, []]),
  ),
};

type Found = { tag: string; attributes: Record<string, unknown> };

/** Every element that a view would put on the page. */
function elements(node: unknown): Found[] {
  if (Array.isArray(node)) return node.flatMap(elements);
  if (typeof node !== 'object' || node === null) return [];
  const { type, props } = node as VNode<Record<string, unknown>>;
  if (typeof type === 'function') {
    const view = type as unknown as { prototype: { render?: (props: unknown) => unknown } } & ((
      props: unknown,
    ) => unknown);
    return elements(view.prototype?.render ? view.prototype.render(props) : view(props));
  }
  const { children, ...attributes } = props;
  return [{ tag: String(type), attributes }, ...elements(children)];
}

describe('Hostile text in an answer', () => {
  it('comes in many kinds', () => expect(hostileTexts.length).to.be.at.least(60));

  for (const [at, hostile] of hostileTexts.entries()) {
    it(`stays text: ${at + 1} ${JSON.stringify(hostile).slice(0, 60)}`, () => {
      const around = [
        hostile,
        `- ${hostile}`,
        `> ${hostile}`,
        `**${hostile}**`,
        `| a |\n|---|\n| ${hostile} |`,
        `# ${hostile}`,
      ];
      for (const text of [...around, hostile.slice(0, -1)]) {
        for (const open of [true, false]) {
          for (const { tag, attributes } of elements(Markdown({ text, open, cite: () => null }))) {
            expect(Object.keys(ALLOWED), text).to.include(tag);
            for (const name of Object.keys(attributes))
              expect(ALLOWED[tag], `${tag} in ${text}`).to.include(name);
            if (tag === 'a') {
              expect(attributes.href).to.match(/^(https?:\/\/|mailto:)/);
              expect(attributes.rel).to.equal('noopener noreferrer nofollow');
            }
          }
        }
      }
    });
  }
});
