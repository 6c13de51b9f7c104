import { readFileSync } from 'node:fs';
import type { Langs } from '@kommo/widget-sdk-types';
import { expect } from 'chai';
import { approved, change, done, effect, proposal } from '../../../testing/fake-proposals.ts';
import { openTexts } from '../../../ui/text.ts';
import { openTimes } from '../../../ui/times.ts';
import { outcomeOf } from './outcome-of.ts';
import { isLong, valueText } from './values.ts';
import { decisionFault, fieldName, titleOf } from './words.ts';

const open = (locale: string, file = locale) => {
  const langs = JSON.parse(
    readFileSync(new URL(`../../../../i18n/${file}.json`, import.meta.url), 'utf8'),
  ) as Langs;
  const texts = openTexts(langs, locale);
  return { texts, times: openTimes(locale, 'America/Sao_Paulo', () => Date.UTC(2026, 0, 5, 12)) };
};
const { texts, times } = open('en');
const shown = (
  kind: Parameters<typeof change>[1],
  value: string | number | boolean | null,
  of = { texts, times },
) => valueText(of.texts, of.times, { kind }, value);

describe('Words of the cards', () => {
  it("show values in the rep's language and times on the account's clock", () => {
    expect(shown('money', 14500)).to.equal('14,500');
    expect(shown('money', 14500, open('pt-BR', 'pt'))).to.equal('14.500');
    expect(shown('time', '2026-01-05T14:30:00Z')).to.equal('11:30 AM');
    expect(shown('time', '2026-01-05T14:30:00Z', open('ru'))).to.equal('11:30');
    expect(shown('time', '2026-01-05')).to.equal('Jan 5, 2026');
    expect(shown('boolean', 1)).to.equal('Yes');
    expect(shown('boolean', true)).to.equal('Yes');
    expect(shown('stage', null)).to.equal('Empty');
    expect(shown('text', '')).to.equal('Empty');
  });

  it('bear with values that are not of their kind', () => {
    expect(shown('money', 'much')).to.equal('much');
    expect(shown('time', 'soon')).to.equal('soon');
  });

  it('call a custom field by its name, and a field nobody knows by its own', () => {
    const colour = change('field:51', 'choice', null, 'Red', 'Colour');
    expect(fieldName(texts, colour)).to.equal('Colour');
    expect(fieldName(texts, change('novelty', 'text', null, 'x'))).to.equal('novelty');
    expect(titleOf(texts, proposal('field', [colour]))).to.equal('Change “Colour”');
    expect(titleOf(texts, proposal('field', []))).to.equal('Change a field');
  });

  it('give long text a place of its own', () => {
    expect(isLong(change('text', 'text', null, 'a\nb'))).to.equal(true);
    expect(isLong(change('text', 'text', null, 'a'))).to.equal(false);
    expect(isLong(change('text', 'text', 'a'.repeat(61), null))).to.equal(true);
    expect(isLong(change('price', 'money', 1, 2))).to.equal(false);
  });

  it('say why one of a group was not approved, in general where the code is not known', () => {
    const says = (code: string, of = texts) => decisionFault(of, { code, status: 202 });
    expect(says('may-not-change')).to.equal('Your rights in the CRM do not allow this.');
    expect(says('kommo-unavailable')).to.equal('The CRM is not answering.');
    expect(says('proposal-not-found')).to.equal('The record no longer exists, or you may not see it.');
    expect(says('novelty')).to.equal('This one was not approved. Nothing was written; try it again.');
    const own = ['en', 'es', 'pt', 'ru'].map(locale => says('novelty', open(locale).texts));
    expect(new Set(own)).to.have.property('size', 4);
  });

  it('say of every state what happened and what to do, and never that it is done before it is', () => {
    const says = (more: Parameters<typeof proposal>[2]) =>
      outcomeOf(proposal('stage', [], more), texts, times)?.says.join(' ') ?? '';
    expect(says({})).to.equal('');
    expect(says(approved({ effect: null }))).to.include('waiting for its turn');
    expect(says(approved({ effect: effect('queued') }))).to.include('waiting for its turn');
    expect(says(approved({ effect: effect('performing') }))).to.equal('Being done now.');
    const error = { code: 'kommo-unavailable', detail: 'x' };
    const nextAttemptAt = '2026-01-05T14:30:00Z';
    expect(says(approved({ effect: effect('failed', { nextAttemptAt, error }) }))).to.equal(
      'It did not get through yet. The next attempt is at 11:30 AM. The CRM is not answering.',
    );
    expect(says(approved({ effect: effect('failed', { error }) }))).to.include('Nothing was changed');
    expect(says(approved({ effect: effect('dead', { error }) }))).to.include(
      'An administrator can start it again',
    );
    expect(says(approved({ effect: effect('unknown') }))).to.include('Look at the record in the CRM before');
    expect(says(approved({ effect: done() }))).to.match(/^Done\. Approved by Olga Brandt/);
    expect(says({ state: 'refused', refusedReason: 'too early' })).to.equal('Refused: too early');
    expect(says({ state: 'expired' })).to.include('Expired without a decision');
    const undo = (state: 'queued' | 'done' | 'conflict' | 'unknown' | 'failed', possible = false) =>
      says(approved({ effect: done(), undo: { way: 'write-back', possible, why: null, state } }));
    expect(undo('queued')).to.equal('Being undone…');
    expect(undo('failed')).to.equal('Being undone…');
    expect(undo('failed', true)).to.include('What was done is still in place');
    expect(undo('done')).to.include('The earlier value is back');
    expect(undo('conflict')).to.include('somebody changed the record');
    expect(undo('unknown')).to.include('not known whether this was undone');
  });
});
