import type { Knex } from 'knex';

/**
 * What the knowledge lacks: questions that went unanswered or were thumbed down, gathered by what they ask for,
 * until a person accepts an article that answers them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- What scores meant while it ran: of another model they teach nothing.
    alter table eval_runs add column score_meaning text not null default '';

    create table knowledge_gaps (
      tenant_id uuid not null,
      id uuid not null,
      state text not null default 'open' check (state in ('open', 'closed', 'dismissed')),
      -- As it was asked the first time, without phones and addresses.
      question text not null,
      language text not null,
      questions integer not null default 1,
      -- log2 of the sum over its questions of 2^(when it was asked / 14 days): the order never changes by waiting.
      heat double precision not null,
      first_at timestamptz not null,
      last_at timestamptz not null,
      draft_id uuid,
      document_id uuid,
      closed_at timestamptz,
      -- How often it was closed and came back.
      reopened integer not null default 0,
      updated_at timestamptz not null default now(),
      primary key (tenant_id, id)
    );
    create index knowledge_gaps_by_heat on knowledge_gaps (tenant_id, state, heat desc, id desc);
    create table gap_questions (
      tenant_id uuid not null,
      -- The answer that did not help.
      message_id uuid not null,
      gap_id uuid not null,
      question text not null,
      language text not null,
      reason text not null check (reason in ('unanswered', 'thumbed-down')),
      -- Stems, by which questions in other words are told to ask for the same.
      terms text[] not null,
      embedding real[],
      embedding_model text,
      asked_at timestamptz not null,
      primary key (tenant_id, message_id),
      foreign key (tenant_id, gap_id) references knowledge_gaps on delete cascade
    );
    create index gap_questions_of_gap on gap_questions (tenant_id, gap_id, asked_at);
    -- Up to where runs and thumbs were looked at.
    create table gap_marks (
      tenant_id uuid not null primary key,
      looked_until timestamptz not null
    );
    create index runs_ended on runs (tenant_id, ended_at) where state = 'done';
    create index feedback_down on feedback (tenant_id, updated_at) where rating = 'down';

    alter table question_drafts
      add column kind text not null default 'pair' check (kind in ('pair', 'article')),
      add column gap_id uuid,
      -- Null for what people said to each other.
      add column written_by text,
      -- A template is no knowledge before a person has put something into it.
      add column needs_editing boolean not null default false;
  `);
  for (const table of ['knowledge_gaps', 'gap_questions', 'gap_marks']) {
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
  await knex.raw(`
    alter table question_drafts drop column kind, drop column gap_id, drop column written_by, drop column needs_editing;
    drop index runs_ended; drop index feedback_down;
    drop table gap_marks, gap_questions, knowledge_gaps;
    alter table eval_runs drop column score_meaning`);
}
