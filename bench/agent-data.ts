import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { newId } from '../server/kernel/index.ts';
import type { Ours } from './our-server.ts';

const folder = fileURLToPath(new URL('../eval/documents/en', import.meta.url));

/** Uploads the English documents of the evaluation again and again, each time with words of its own, until there are enough. */
export async function addPassages(ours: Ours, owner: pg.Client, wanted: number): Promise<number> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.md')).sort();
  const texts = await Promise.all(names.map(name => readFile(`${folder}/${name}`, 'utf8')));
  const count = async () => Number((await owner.query('select count(*) from passages')).rows[0].count);
  for (let copy = 1; (await count()) < wanted; copy += 1) {
    // A paragraph that stood elsewhere already would be merged into it.
    const own = texts.join('\n\n').replaceAll(/([.!?])\n/g, `$1 (Edition ${copy})\n`);
    const form = new FormData();
    form.append('file', new Blob([own], { type: 'text/markdown' }), `edition-${copy}.md`);
    const added = await fetch(`${ours.process.url}/v1/documents`, {
      method: 'POST',
      headers: ours.adminHeaders,
      body: form,
    });
    const { id } = (await added.json()) as { id: string };
    await until(async () => {
      const shown = await fetch(`${ours.process.url}/v1/documents/${id}`, { headers: ours.adminHeaders });
      return ((await shown.json()) as { state: string }).state === 'ready';
    });
  }
  return count();
}

/** Waits until leads are read from the mirror, as in an account that has been connected for a minute. */
export async function mirrorIsComplete(owner: pg.Client): Promise<void> {
  await until(async () => {
    const { rows } = await owner.query(
      `select count(*) as left from mirror_syncs where completed_at is null and stage <> 'unavailable'`,
    );
    const { rows: hooks } = await owner.query(
      `select count(*) as there from hook_subscriptions where state = 'subscribed'`,
    );
    return Number(rows[0].left) === 0 && Number(hooks[0].there) > 0;
  });
}

/** As so many turns would have left them on each lead. */
export async function addMessages(owner: pg.Client, leadIds: number[], messages: number): Promise<void> {
  const { rows } = await owner.query('select tenant_id, actor_user_id from runs limit 1');
  const [{ tenant_id: tenantId, actor_user_id: userId }] = rows;
  for (const leadId of leadIds) {
    const conversation = newId();
    await owner.query(
      `insert into conversations (tenant_id, id, lead_id, visibility) values ($1, $2, $3, 'shared')
       on conflict (tenant_id, lead_id, visibility, owner_user_id) do nothing`,
      [tenantId, conversation, leadId],
    );
    for (let turn = 0; turn < messages / 2; turn += 1) {
      const [question, answer, run] = [newId(), newId(), newId()];
      const found = '(select id from conversations where tenant_id = $1 and lead_id = $2)';
      await owner.query(
        `insert into messages (tenant_id, id, conversation_id, role, author_user_id, author_name, text, run_id)
         values ($1, $3, ${found}, 'rep', $5, 'Rep', $6, null), ($1, $4, ${found}, 'assistant', null, 'Cardwise', $7, $8)`,
        [tenantId, leadId, question, answer, userId, `How is machine ${turn} cleaned?`, answerOf(turn), run],
      );
      await owner.query(
        `insert into runs (tenant_id, id, conversation_id, question_id, answer_id, actor_user_id, locale, model, offline, process_id, state)
         values ($1, $3, ${found}, $4, $5, $6, 'en', 'scripted', false, $3, 'done')`,
        [tenantId, leadId, run, question, answer, userId],
      );
    }
  }
}

const answerOf = (turn: number) =>
  `Machine ${turn} is rinsed every evening and descaled every month [1]. ${'The filter goes first. '.repeat(12)}`;

/** The floor's own tables, holding the same passages and as many messages. */
export async function fillFloor(owner: pg.Client, conversations: number, messages: number): Promise<void> {
  await owner.query(`
    create table floor_passages as select body, to_tsvector('english', body) as words from passages;
    create index on floor_passages using gin (words);
    create table floor_messages (id bigint generated always as identity primary key, conversation int, role text, text text);
    create index on floor_messages (conversation, id);
    grant all on floor_passages, floor_messages to public;
    grant usage on all sequences in schema public to public;`);
  await owner.query(
    `insert into floor_messages (conversation, role, text)
     select c, case when n % 2 = 0 then 'user' else 'assistant' end, case when n % 2 = 0 then $3 else $4 end
     from generate_series(0, $1::int - 1) as c, generate_series(0, $2::int - 1) as n`,
    [conversations, messages, 'How is the machine cleaned?', answerOf(1)],
  );
  await owner.query('vacuum analyze');
}

export async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 180_000; Date.now() < deadline; ) {
    if (await condition()) return;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`A condition did not come true in time: ${condition}`);
}
