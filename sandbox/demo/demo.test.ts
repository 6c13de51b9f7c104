import { expect } from 'chai';
import { demoAccounts } from './index.ts';
import { readJournal, timeOf } from './journal.ts';

const now = 1_767_693_600;

describe('Demo accounts', () => {
  const accounts = demoAccounts(now);

  it('differ in language and time zone, and their people speak four languages', () => {
    expect(accounts.map(({ account }) => account.timezone)).to.deep.equal([
      'America/New_York',
      'America/Mexico_City',
    ]);
    const langs = new Set(accounts.flatMap(({ users }) => users.map(({ lang }) => lang)));
    expect([...langs]).to.have.members(['en', 'es', 'pt', 'ru']);
  });

  it('hold no two records of a kind with one id, nor the same id in both accounts', () => {
    for (const kind of [
      'users',
      'leads',
      'contacts',
      'companies',
      'notes',
      'tasks',
      'fields',
      'pipelines',
    ] as const) {
      const ids = accounts.flatMap(records => (records[kind] as { id: number }[]).map(({ id }) => id));
      expect(new Set(ids).size, kind).to.equal(ids.length);
    }
  });

  it('give every lead an owner, a stage of its pipeline, and something to ask about', () => {
    for (const { leads, users, pipelines, talks, notes } of accounts) {
      for (const lead of leads) {
        const pipeline = pipelines.find(({ id }) => id === lead.pipeline_id);
        expect(pipeline?.statuses.map(({ id }) => id)).to.include(lead.status_id);
        expect(users.map(({ id }) => id)).to.include(lead.responsible_user_id);
        const talk = talks.find(({ entity_id }) => entity_id === lead.id);
        expect(talk?.messages.length, lead.name).to.be.greaterThan(0);
        expect(lead.updated_at).to.be.within(lead.created_at, now);
      }
      expect(new Set(notes.map(({ note_type }) => note_type))).to.include.all.keys(
        'common',
        'call_in',
        'service_message',
      );
    }
  });

  it('hold tasks that are open, overdue and done', () => {
    for (const { tasks } of accounts) {
      expect(tasks.some(task => task.is_completed)).to.equal(true);
      expect(tasks.some(task => !task.is_completed && task.complete_till < now)).to.equal(true);
      expect(tasks.some(task => !task.is_completed && task.complete_till > now)).to.equal(true);
    }
  });
});

describe('A journal', () => {
  it('reads times backwards, and forwards with a plus', () => {
    expect(timeOf('1d 2h 3m', now)).to.equal(now - 93_780);
    expect(timeOf('+2d', now)).to.equal(now + 172_800);
  });

  it('knows an author from the beginning of a text', () => {
    const [note, message] = readJournal('1h # sam: a note\n2h < one thing: the price', now, ['sam']);
    expect(note).to.deep.equal({ at: now - 3600, mark: '#', author: 'sam', text: 'a note' });
    expect(message).to.deep.include({ author: null, text: 'one thing: the price' });
  });
});
