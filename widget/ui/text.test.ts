import { expect } from 'chai';
import { openTexts } from './text.ts';
import { openTimes } from './times.ts';

const forms = {
  one: '{count} d-one',
  few: '{count} d-few',
  many: '{count} d-many',
  other: '{count} d-other',
};
const langs = { sources: { open: 'Open {n}: {title}' }, settings: { documents: forms } };

describe('Texts', () => {
  it('fills named values, and leaves a name without value as it is', () => {
    const { t } = openTexts(langs, 'en');
    expect(t('sources.open', { n: 2, title: '{n}' })).to.equal('Open 2: {n}');
    expect(t('sources.open', { n: 2 })).to.equal('Open 2: {title}');
  });

  it('speaks English words where a text is missing', () => {
    const { t, plural } = openTexts({}, 'es');
    expect(t('message.not_sent')).to.equal('Not sent');
    expect(plural('composer.left', 3)).to.equal('3 Left');
  });

  it('counts as each language does', () => {
    const shown = (locale: string, count: number) =>
      openTexts(langs, locale).plural('settings.documents', count);
    expect([1, 2, 5, 21].map(count => shown('ru', count))).to.deep.equal([
      '1 d-one',
      '2 d-few',
      '5 d-many',
      '21 d-one',
    ]);
    expect([0, 1, 2].map(count => shown('en', count))).to.deep.equal(['0 d-other', '1 d-one', '2 d-other']);
    expect(shown('pt-BR', 0)).to.equal('0 d-one');
  });
});

describe('Times', () => {
  const now = () => Date.UTC(2026, 0, 5, 2, 50);

  it('are those of the account, not of the browser', () => {
    const { short } = openTimes('en-GB', 'America/Sao_Paulo', now);
    expect(short('2026-01-05T02:30:00Z')).to.equal('23:30');
    expect(short('2026-01-04T02:30:00Z')).to.include('3 Jan').and.include('23:30');
  });

  it('bear with an unknown zone and a broken date', () => {
    const { short, full } = openTimes('en-GB', 'Mars/Olympus', now);
    expect(short('2026-01-05T02:30:00Z')).to.match(/\d\d:30/);
    expect(full('yesterday')).to.equal('');
  });
});
