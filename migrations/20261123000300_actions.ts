import { createHash } from 'node:crypto';
import type { Knex } from 'knex';

/** Proposals and effects, the ways to a client, and an audit log whose lines are chained by hashes. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(tables);
  for (const table of walled) {
    await knex.raw(`
      alter table ${table} enable row level security;
      alter table ${table} force row level security;
      create policy tenant_wall on ${table}
        using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
        with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
      grant select, insert, update, delete on ${table} to cardwise_app;
    `);
  }
  await knex.raw(headsOnlyGrow);
  await chainEarlierLines(knex);
  await knex.raw(`
    alter table audit_events add constraint audit_events_chained
      check (seq is not null and previous_hash is not null and hash is not null) not valid`);
}

/** Whoever has the application's role can lengthen the log and neither forget nor shorten it. */
const headsOnlyGrow = `
  revoke delete on audit_heads from cardwise_app;
  create function audit_head_grows() returns trigger language plpgsql as $$
  begin
    if new.tenant_id <> old.tenant_id or new.seq <> old.seq + 1 then
      raise exception 'the audit log only grows' using errcode = '42501';
    end if;
    return new;
  end $$;
  create trigger audit_head_grows before update on audit_heads
    for each row execute function audit_head_grows();
`;

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table audit_events drop column seq, drop column previous_hash, drop column hash;
    drop table ${[...walled].reverse().join(', ')};
    drop function audit_head_grows;
  `);
}

const walled = ['audit_heads', 'proposals', 'effects', 'message_ways', 'mail_accounts', 'bot_waits'];

const tables = `
  alter table audit_events
    add column seq bigint,
    add column previous_hash text,
    add column hash text,
    add constraint audit_events_seq unique (tenant_id, seq);
  -- The end of a tenant's chain; locked by whoever adds a line.
  create table audit_heads (
    tenant_id uuid primary key,
    seq bigint not null,
    hash text not null
  );
  create table proposals (
    tenant_id uuid not null,
    id uuid not null,
    group_id uuid not null,
    lead_id bigint not null,
    -- Whose private thread it came up in; 0 where everybody who sees the lead sees it.
    owner_user_id bigint not null default 0,
    run_id uuid,
    message_id uuid,
    action text not null,
    arguments jsonb not null,
    -- What the action would change, as it was read: a difference later is a conflict.
    seen jsonb not null,
    -- Names and old values beside it, for showing and undoing.
    beside jsonb not null,
    target jsonb not null,
    changes jsonb not null,
    conflict jsonb,
    digest text not null,
    policy_version integer not null,
    state text not null check (state in ('draft', 'open', 'approved', 'refused', 'expired')),
    proposer_kind text not null check (proposer_kind in ('rep', 'agent', 'admin')),
    proposer_id bigint,
    proposer_name text not null,
    locale text not null,
    decided_by bigint,
    decided_by_name text,
    decided_at timestamptz,
    refused_reason text,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (tenant_id, id)
  );
  create index proposals_of_lead on proposals (tenant_id, lead_id, id);
  create index proposals_of_group on proposals (tenant_id, group_id);
  create index proposals_waiting on proposals (tenant_id, expires_at) where state in ('draft', 'open');
  create table effects (
    tenant_id uuid not null,
    id uuid not null,
    proposal_id uuid not null,
    lead_id bigint not null,
    -- An approved action, its undoing, or the note that records it.
    purpose text not null check (purpose in ('action', 'undo', 'record')),
    action text not null,
    arguments jsonb not null,
    seen jsonb not null,
    -- On whose behalf Kommo is called: who approved.
    acting_user_id bigint not null,
    locale text not null,
    state text not null default 'queued'
      check (state in ('queued', 'performing', 'done', 'failed', 'dead', 'unknown')),
    attempts integer not null default 0,
    -- Which worker may go on, and until when nobody else takes it.
    claim_id uuid,
    claimed_at timestamptz,
    claimed_until timestamptz,
    next_attempt_at timestamptz not null,
    -- Stored before the write is sent: where to look for it afterwards. Null again once it surely was not performed.
    mark jsonb,
    sent_at timestamptz,
    error_code text,
    error_detail text,
    result jsonb,
    -- The record it made, so that two effects never take one record for theirs.
    made text,
    created_at timestamptz not null,
    done_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, proposal_id) references proposals
  );
  create index effects_of_lead on effects (tenant_id, lead_id);
  create index effects_of_proposal on effects (tenant_id, proposal_id);
  create index effects_open on effects (tenant_id, next_attempt_at) where state in ('queued', 'performing', 'failed');
  create index effects_stuck on effects (tenant_id, id) where state in ('dead', 'unknown');
  create unique index effects_made on effects (tenant_id, made) where made is not null;
  -- One approval makes one effect, and nothing is undone twice; what ended without effect may be tried again.
  create unique index effects_once on effects (tenant_id, proposal_id, purpose)
    where purpose <> 'undo' or state <> 'dead';
  create table message_ways (
    tenant_id uuid primary key,
    way text not null check (way in ('talk', 'field-bot', 'salesbot', 'channel', 'draft')),
    settings jsonb not null default '{}',
    sealed_secret bytea,
    checked jsonb,
    checked_at timestamptz,
    updated_at timestamptz not null
  );
  create table mail_accounts (
    tenant_id uuid primary key,
    host text not null,
    port integer not null,
    tls text not null check (tls in ('implicit', 'starttls', 'none')),
    user_name text,
    sealed_password bytea,
    from_address text not null,
    updated_at timestamptz not null
  );
  -- Salesbots that wait for an answer of ours: each takes exactly one.
  create table bot_waits (
    tenant_id uuid not null,
    id uuid not null,
    lead_id bigint not null,
    return_url text not null,
    received_at timestamptz not null,
    continued_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, return_url)
  );
  create index bot_waits_of_lead on bot_waits (tenant_id, lead_id, received_at) where continued_at is null;
`;

/**
 * Lines written before there was a chain become its beginning, in the order of their time. Tenant by tenant:
 * the owner of the schema stands behind the wall as well.
 */
async function chainEarlierLines(knex: Knex): Promise<void> {
  const tenants = await knex('tenant_routes').select('tenant_id');
  for (const { tenant_id: tenantId } of tenants) {
    await knex.raw("select set_config('app.tenant_id', ?, true)", [tenantId]);
    const lines = await knex('audit_events').where({ tenant_id: tenantId }).orderBy(['at', 'id']);
    let previous = '';
    let seq = 0;
    for (const line of lines) {
      seq += 1;
      // Kept to the millisecond, as it is hashed.
      const at = new Date(line.at.getTime());
      const hash = hashOfLine(previous, seq, { ...line, at });
      await knex('audit_events')
        .where({ tenant_id: tenantId, id: line.id })
        .update({ at, seq, previous_hash: previous, hash });
      previous = hash;
    }
    if (seq > 0) await knex('audit_heads').insert({ tenant_id: tenantId, seq, hash: previous });
  }
  await knex.raw("select set_config('app.tenant_id', '', true)");
}

interface Line {
  id: string;
  at: Date;
  event: string;
  actor_kind: string;
  actor_id: string | null;
  target: string | null;
  details: Record<string, unknown>;
}

/** As server/audit/chain.ts hashes a line; a test compares them. */
export function hashOfLine(previous: string, seq: number, line: Line): string {
  const details = Object.entries(line.details ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const content = [
    1,
    previous,
    seq,
    line.id,
    line.at.toISOString(),
    line.event,
    line.actor_kind,
    line.actor_id,
    line.target,
    details,
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
