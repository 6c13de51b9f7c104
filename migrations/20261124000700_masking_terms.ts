import type { Knex } from 'knex';

/** Words that a company hides from models, or lets them see; and clients found by their names. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table masking_terms (
      tenant_id uuid not null,
      -- As it is compared: small letters, single blanks.
      folded text not null,
      term text not null,
      rule text not null check (rule in ('always', 'never')),
      primary key (tenant_id, folded)
    );
    alter table masking_terms enable row level security;
    alter table masking_terms force row level security;
    create policy tenant_wall on masking_terms
      using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
      with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid);
    grant select, insert, update, delete on masking_terms to cardwise_app;
    create index mirror_records_names on mirror_records (tenant_id, lower(body ->> 'name'))
      where kind in ('contacts', 'companies') and deleted_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index mirror_records_names; drop table masking_terms');
}
