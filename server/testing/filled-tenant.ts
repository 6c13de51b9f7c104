import { randomBytes } from 'node:crypto';
import type { Db } from '../db/index.ts';
import { newId, type TenantId } from '../kernel/index.ts';

/** One row in every tenant table, for a tenant that `addTenant` made; a table it forgets fails the wall's suite. */
export async function fillTenant(db: Db, tenantId: TenantId): Promise<void> {
  const [document, version, space, conversation, question, answer, run, proposal, source, set, evalRun] =
    Array.from({ length: 11 }, newId);
  const at = new Date();
  const rows: [table: string, row: Record<string, unknown>][] = [
    ['tenant_keys', { version: 1, sealed_key: randomBytes(61) }],
    ['leases', { name: 'test', holder: newId(), expires_at: at }],
    ['audit_heads', { seq: 1, hash: 'h' }],
    [
      'audit_events',
      { id: newId(), event: 'test.filled', actor_kind: 'system', seq: 1, previous_hash: '', hash: 'h' },
    ],
    ['usage_days', { day: '2026-03-01', settled_micros: 5 }],
    [
      'usage_entries',
      { id: newId(), day: '2026-03-01', purpose: 'answer', model: 'test', reserved_micros: 5 },
    ],
    ['idempotency_keys', { actor: 'rep:1', key: newId(), route: 'test', request_hash: 'x' }],
    [
      'kommo_grants',
      { sealed_access_token: randomBytes(40), sealed_refresh_token: randomBytes(40), access_expires_at: at },
    ],
    [
      'kommo_users',
      {
        user_id: 1,
        name: 'Rep',
        is_admin: true,
        is_active: true,
        rights: JSON.stringify({ leads: 'A', contacts: 'A' }),
        synced_at: at,
      },
    ],
    [
      'sessions',
      { id: newId(), jti: newId(), user_id: 1, origin: 'https://a.kommo.com', token_expires_at: at },
    ],
    [
      'documents',
      {
        id: document,
        title: 'Title',
        file_name: 'a.md',
        media_type: 'text/markdown',
        created_by: 'test',
        state: 'ready',
      },
    ],
    [
      'document_versions',
      {
        id: version,
        document_id: document,
        number: 1,
        file_key: 'k',
        file_hash: 'h',
        size_bytes: 1,
        media_type: 'text/markdown',
        text: 'words',
      },
    ],
    [
      'passages',
      {
        id: newId(),
        document_id: document,
        version_id: version,
        ordinal: 0,
        start_offset: 0,
        end_offset: 5,
        body: 'words',
        heading: '',
        content_hash: 'h',
        language: 'en',
        word_count: 1,
      },
    ],
    ['passage_terms', { term: 'word', version_id: version, ordinals: [0], weights: [1] }],
    ['search_words', { word: 'word', language: 'en' }],
    ['search_keys', { key: 'sword', words: ['word'] }],
    ['embedding_spaces', { id: space, model: 'test', dimensions: 3 }],
    ['passage_embeddings', { space_id: space, content_hash: 'h', embedding: '[1,2,3]' }],
    ['mirror_syncs', { kind: 'leads' }],
    ['mirror_records', { kind: 'leads', id: '7', read_at: at, seen_at: at, body: JSON.stringify({ id: 7 }) }],
    ['mirror_own_changes', { id: newId(), kind: 'leads', record_id: '7', fields: '{}', at }],
    [
      'mirror_changes',
      { id: newId(), kind: 'leads', record_id: '7', change: 'changed', who: 'kommo', fields: '{}', at },
    ],
    ['hook_hints', { kind: 'leads', id: '7', received_at: at, due_at: at }],
    ['mirror_problems', { kind: 'leads', id: '7', code: 'kommo-rejected', at }],
    ['hook_subscriptions', { sealed_path: randomBytes(40), base_url: 'https://a.example' }],
    [
      'hook_posts',
      {
        digest: randomBytes(32),
        received_at: at,
        due_at: at,
        content_type: 'text/plain',
        body: Buffer.from('a'),
      },
    ],
    ['conversations', { id: conversation, lead_id: 7, visibility: 'shared' }],
    [
      'messages',
      {
        id: question,
        conversation_id: conversation,
        role: 'rep',
        author_user_id: 1,
        author_name: 'Rep',
        text: 'What?',
      },
    ],
    [
      'messages',
      {
        id: answer,
        conversation_id: conversation,
        role: 'assistant',
        author_name: 'Cardwise',
        text: 'That [1].',
        run_id: run,
      },
    ],
    [
      'runs',
      {
        id: run,
        conversation_id: conversation,
        question_id: question,
        answer_id: answer,
        actor_user_id: 1,
        locale: 'en',
        model: 'test',
        offline: true,
        process_id: newId(),
        state: 'done',
      },
    ],
    ['masking_terms', { folded: 'acme', term: 'Acme', rule: 'always' }],
    ['person_keys', { person: 'contact-7', id: newId(), sealed_key: randomBytes(61) }],
    [
      'run_traces',
      { run_id: run, person: 'contact-7', key_id: newId(), digest: 'd', sealed: randomBytes(61) },
    ],
    ['run_steps', { run_id: run, ordinal: 1, kind: 'model', name: 'test', duration_ms: 1 }],
    [
      'citations',
      {
        id: newId(),
        message_id: answer,
        number: 1,
        kind: 'document',
        document_id: document,
        version_id: version,
        start_offset: 0,
        end_offset: 5,
        title: 'Title',
        quote: 'words',
      },
    ],
    [
      'proposals',
      {
        id: proposal,
        group_id: newId(),
        lead_id: 7,
        action: 'note',
        arguments: '{}',
        seen: '{}',
        beside: '{}',
        target: '{}',
        changes: '[]',
        digest: 'd',
        policy_version: 1,
        state: 'open',
        proposer_kind: 'rep',
        proposer_name: 'Rep',
        locale: 'en',
        created_at: at,
        expires_at: at,
      },
    ],
    [
      'effects',
      {
        id: newId(),
        proposal_id: proposal,
        lead_id: 7,
        purpose: 'action',
        action: 'note',
        arguments: '{}',
        seen: '{}',
        acting_user_id: 1,
        locale: 'en',
        state: 'done',
        next_attempt_at: at,
        created_at: at,
      },
    ],
    ['message_ways', { way: 'draft', updated_at: at }],
    [
      'mail_accounts',
      { host: 'mail.example', port: 465, tls: 'implicit', from_address: 'a@mail.example', updated_at: at },
    ],
    ['bot_waits', { id: newId(), lead_id: 7, return_url: 'https://a.kommo.com/continue/1', received_at: at }],
    ['feedback', { message_id: answer, user_id: 1, rating: 'up' }],
    ['sources', { id: source, kind: 'site', title: 'Site', created_by: 'test' }],
    ['source_items', { source_id: source, name: 'https://a.example/' }],
    ['question_drafts', { id: newId(), origin: 'talk:1', question: 'What?', answer: 'That.' }],
    ['golden_sets', { id: set, name: 'Set', created_by: 'test' }],
    [
      'golden_questions',
      { id: newId(), set_id: set, question: 'What?', question_key: 'what', language: 'en', expected: '[]' },
    ],
    ['eval_runs', { id: evalRun, set_id: set, total: 1, threshold: 0.4, created_by: 'test' }],
    [
      'eval_results',
      {
        run_id: evalRun,
        ordinal: 0,
        question_id: newId(),
        question: 'What?',
        language: 'en',
        expected: '[]',
      },
    ],
    ['support_thresholds', { learned: 0.5 }],
  ];
  await db.withTenant(tenantId, async tx => {
    for (const [table, row] of rows) await tx(table).insert({ tenant_id: tenantId, ...row });
  });
}
