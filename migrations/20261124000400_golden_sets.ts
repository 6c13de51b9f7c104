import type { Knex } from 'knex';

/**
 * How good the knowledge is: questions with what should be found, runs over them with every single result, and
 * the score from which a passage supports an answer, learned per tenant.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table golden_sets (
      tenant_id uuid not null,
      id uuid not null,
      name text not null,
      -- By how much a figure may fall, against the last run that passed, before a publish is held back.
      tolerance real not null default 0.02 check (tolerance between 0 and 1),
      created_by text not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (tenant_id, id)
    );
    create table golden_questions (
      tenant_id uuid not null,
      id uuid not null,
      set_id uuid not null,
      question text not null,
      -- The same question, whatever its spaces and letter case, stands in a set once.
      question_key text not null,
      language text not null,
      -- [{documentId | externalId | document, quote}]: any one of them answers it; none where nothing should.
      expected jsonb not null,
      -- Words that have to stand in the answer.
      facts text[] not null default '{}',
      -- The answer it was made from.
      message_id uuid,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (tenant_id, id),
      unique (tenant_id, set_id, question_key),
      foreign key (tenant_id, set_id) references golden_sets on delete cascade
    );
    create index golden_questions_of_set on golden_questions (tenant_id, set_id, id);

    create table eval_runs (
      tenant_id uuid not null,
      id uuid not null,
      set_id uuid not null,
      state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
      -- Whether the agent was asked as well, and not search alone.
      with_answers boolean not null default false,
      -- What is tried out, such as the version of an agent; null for what is in use.
      candidate jsonb,
      -- A publish waits for the verdict on it.
      is_gate boolean not null default false,
      passed boolean,
      total integer not null,
      done integer not null default 0,
      -- The score from which a passage counted as support while it ran.
      threshold real not null,
      figures jsonb,
      -- The run its figures are held against.
      baseline_id uuid,
      failure_code text,
      failure_detail text,
      claim_id uuid,
      attempts integer not null default 0,
      created_by text not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      ended_at timestamptz,
      primary key (tenant_id, id),
      foreign key (tenant_id, set_id) references golden_sets on delete cascade
    );
    create index eval_runs_of_set on eval_runs (tenant_id, set_id, id);
    create index eval_runs_unfinished on eval_runs (tenant_id, updated_at) where state in ('queued', 'running');
    -- Written when the run begins, as the questions were then; a run that was cut goes on where no result is.
    create table eval_results (
      tenant_id uuid not null,
      run_id uuid not null,
      ordinal integer not null,
      question_id uuid not null,
      question text not null,
      language text not null,
      expected jsonb not null,
      facts text[] not null default '{}',
      -- The place of the first passage that answers, from 1; null where none was found.
      rank integer,
      top_score real,
      refused boolean,
      -- [{documentId, title, start, end, score, answers}], best first.
      found jsonb,
      answer text,
      facts_missing text[],
      -- Null until it was asked.
      asked_at timestamptz,
      primary key (tenant_id, run_id, ordinal),
      foreign key (tenant_id, run_id) references eval_runs on delete cascade
    );

    create table support_thresholds (
      tenant_id uuid not null primary key,
      learned real check (learned between 0 and 1),
      -- What it was learned from: counts of labels, how well it parts them, what scores meant then.
      learned_from jsonb,
      learned_at timestamptz,
      chosen real check (chosen between 0 and 1),
      chosen_by text,
      chosen_at timestamptz
    );
  `);
  for (const table of [
    'golden_sets',
    'golden_questions',
    'eval_runs',
    'eval_results',
    'support_thresholds',
  ]) {
    await knex.raw(`
      alter table ${table} enable row level security;
      alter table ${table} force row level security;
      create policy tenant_wall on ${table}
        using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
        with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
      grant select, insert, update, delete on ${table} to cardwise_app;
    `);
  }
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table support_thresholds, eval_results, eval_runs, golden_questions, golden_sets');
}
