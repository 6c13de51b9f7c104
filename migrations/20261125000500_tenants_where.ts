import type { Knex } from 'knex';

/**
 * Asks one question behind each tenant's wall in a single round trip, so that the sweeps of a server with
 * thousands of tenants cost what few of them have to do. With the caller's rights: it opens nothing that the
 * caller could not open tenant by tenant.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function tenants_where(tenants uuid[], condition text, given jsonb) returns setof uuid
    language plpgsql volatile as $$
    declare
      tenant uuid;
      holds boolean;
    begin
      foreach tenant in array tenants loop
        perform set_config('app.tenant_id', tenant::text, true);
        execute 'select ' || condition into holds using tenant, given;
        if holds then
          return next tenant;
        end if;
      end loop;
      perform set_config('app.tenant_id', '', true);
    end $$;
    revoke all on function tenants_where from public;
    grant execute on function tenants_where to cardwise_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function tenants_where');
}
