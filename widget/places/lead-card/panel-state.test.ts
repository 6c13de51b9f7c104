import { expect } from 'chai';
import { answer, question } from '../../testing/fake-run.ts';
import { emptyState, finishedSentences, type LiveAnswer, shownMessages, upsert } from './panel-state.ts';

const live = (asked: string | null) => ({
  ...emptyState,
  live: { question: asked, runId: null } as LiveAnswer,
});
const failed = (id: string) => answer('', { id, run: { id, status: 'failed', error: null } });

describe('The conversation', () => {
  it('hides an unfinished answer once another try stands below it', () => {
    const messages = [question('?', 'q'), failed('a'), answer('yes', { id: 'b' })];
    expect(shownMessages({ ...emptyState, messages }).map(({ id }) => id)).to.deep.equal(['q', 'b']);
  });

  it('keeps finished answers and unfinished ones that nothing replaced', () => {
    const messages = [
      question('?', 'q'),
      failed('a'),
      question('!', 'p'),
      answer('x', { id: 'b' }),
      answer('y', { id: 'c' }),
    ];
    expect(shownMessages({ ...emptyState, messages })).to.have.length(5);
  });

  it('hides the answer that is being tried again, but not for a new question', () => {
    const messages = [question('?', 'q'), failed('a')];
    expect(shownMessages({ ...live(null), messages })).to.have.length(1);
    expect(shownMessages({ ...live('another'), messages })).to.have.length(2);
  });

  it('replaces a message by its id and appends a new one', () => {
    const one = question('1', 'q');
    const changed = { ...one, text: '2' };
    expect(upsert([one], changed)).to.deep.equal([changed]);
    expect(upsert([one], question('3', 'r'))).to.have.length(2);
  });
});

describe('Reading aloud', () => {
  it('waits for the end of a sentence', () => {
    expect(finishedSentences('One. Two is', 0)).to.deep.equal({ sentences: 'One.', next: 4 });
    expect(finishedSentences('One. Two is', 4)).to.deep.equal({ sentences: '', next: 4 });
    expect(finishedSentences('One. Two is', 4, true)).to.deep.equal({ sentences: 'Two is', next: 11 });
  });

  it('leaves out marks and numbers of sources', () => {
    const { sentences } = finishedSentences('- **Bold** `x` [1] [page](https://a.example)!\n', 0);
    expect(sentences).to.equal('Bold x page!');
  });
});
