import { expect } from 'chai';
import type { LeadView } from '../kommo/index.ts';
import { locales, textsFor } from '../texts/index.ts';
import { leadSources } from './lead-sources.ts';
import { suggestQuestions } from './suggestions.ts';

const now = new Date('2026-03-10T12:00:00Z');
const seconds = (iso: string) => Date.parse(iso) / 1000;

function view(overrides: Partial<LeadView> = {}): LeadView {
  return {
    lead: {
      id: 7,
      name: 'Espresso bar',
      price: 4800,
      responsible_user_id: 1,
      created_at: seconds('2026-02-01T08:00:00Z'),
      custom_fields_values: [
        { field_name: 'City', field_code: null, field_type: 'text', values: [{ value: 'Lisbon' }] },
      ],
      _embedded: { tags: [{ name: 'hot' }], contacts: [] },
    },
    stage: { pipeline: 'Sales', status: 'Offer' },
    responsibleName: 'Sam',
    contacts: [
      {
        id: 3,
        name: 'Mara',
        custom_fields_values: [
          {
            field_name: 'x',
            field_code: 'PHONE',
            field_type: 'multitext',
            values: [{ value: '+351 912 345 678' }],
          },
        ],
      },
    ],
    notes: [
      {
        id: 11,
        note_type: 'common',
        created_at: seconds('2026-03-02T10:00:00Z'),
        params: { text: 'Wants two groups' },
      },
      {
        id: 12,
        note_type: 'call_out',
        created_at: seconds('2026-03-03T10:00:00Z'),
        params: { duration: 61, call_result: 'Reached' },
      },
      { id: 13, note_type: 'service_message', created_at: 1, params: { text: ' ' } },
    ],
    tasks: [
      {
        id: 21,
        text: 'Call back',
        complete_till: seconds('2026-03-09T10:00:00Z'),
        is_completed: false,
        result: null,
      },
      {
        id: 22,
        text: 'Offer',
        complete_till: seconds('2026-03-01T10:00:00Z'),
        is_completed: true,
        result: { text: 'sent' },
      },
    ],
    messages: [
      {
        id: 'm1',
        type: 'incoming',
        text: 'When is it delivered?',
        created_at: seconds('2026-03-09T11:00:00Z'),
        author: { name: 'Mara' },
      },
    ],
    missing: [],
    ...overrides,
  } as LeadView;
}

describe('what the agent is told of a lead', () => {
  for (const locale of locales) {
    it(`names every record in the reader's language: ${locale}`, () => {
      const sources = leadSources(view(), { locale, timeZone: 'Europe/Lisbon', now });
      expect(sources.map(source => [source.record, source.recordId])).to.deep.equal([
        ['lead', '7'],
        ['contact', '3'],
        ['task', '21'],
        ['task', '22'],
        ['message', 'm1'],
        ['note', '11'],
        ['note', '12'],
      ]);
      for (const { label, text } of sources) {
        expect(label, 'a value is missing').not.to.match(/[{}]|undefined|null/);
        expect(text).not.to.match(/undefined|\[object/);
      }
      const { field } = textsFor(locale);
      expect(sources[0]?.text).to.contain(`${field.price}: 4800`).and.to.contain('City: Lisbon');
      expect(sources[1]?.text).to.contain(`${field.phone}: +351 912 345 678`);
      expect(sources[3]?.text).to.equal('Offer\nsent');
    });
  }

  it('stays within its bound and cuts no pair of surrogates, however much a client writes', () => {
    const long = '🦉'.repeat(5_000);
    const messages = Array.from({ length: 40 }, (_, id) => ({
      id,
      type: 'incoming',
      text: `x${long}`,
      created_at: 1,
      author: null,
    }));
    const sources = leadSources(view({ messages } as never), { locale: 'en', timeZone: 'UTC', now });
    expect(sources.reduce((sum, source) => sum + source.text.length, 0)).to.be.at.most(12_000);
    for (const { text } of sources) expect(text.isWellFormed()).to.equal(true);
  });

  it('reads an unknown time zone or locale as UTC and English', () => {
    for (const options of [
      { locale: 'zz', timeZone: 'UTC' },
      { locale: 'en', timeZone: 'Not/AZone' },
      { locale: 'aa_11', timeZone: '' },
    ]) {
      expect(leadSources(view(), { ...options, now })).to.have.length(7);
    }
  });
});

describe('suggested questions', () => {
  for (const locale of locales) {
    it(`are three or four whole sentences, the most pressing first: ${locale}`, () => {
      const { suggest } = textsFor(locale);
      const full = suggestQuestions(view(), { locale, titles: ['Price list 2026'], now });
      expect(full.map(one => one.id)).to.deep.equal(['client-asked', 'overdue', 'next-step', 'knowledge']);
      expect(full[0]?.text).to.contain('Mara');
      expect(full[3]?.text).to.contain('Price list 2026');
      const bare = suggestQuestions(view({ messages: [], tasks: [], notes: [] }), {
        locale,
        titles: [],
        now,
      });
      expect(bare.map(one => one.text)).to.deep.equal([suggest.nextStep, suggest.summary]);
      for (const { text } of [...full, ...bare]) expect(text).not.to.match(/[{}]|undefined/);
    });
  }

  it('shows a name that a client chose as one short line', () => {
    const hostile = { ...view().messages[0], author: { name: `Mara\n\n${'x'.repeat(300)} {title}` } };
    const [first] = suggestQuestions(view({ messages: [hostile] } as never), {
      locale: 'en',
      titles: [],
      now,
    });
    expect(first?.text).not.to.contain('\n');
    expect(first?.text.length).to.be.below(140);
  });
});
