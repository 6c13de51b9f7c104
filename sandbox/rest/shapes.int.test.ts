import { expect } from 'chai';
import { clientId, type Json, jsonOf } from '../testing/kit.ts';
import { type List, nth, olga, openRestBench, type RestBench } from '../testing/rest-kit.ts';

describe('REST shapes', () => {
  let bench: RestBench;
  before(async () => {
    bench = await openRestBench();
  });
  after(() => bench.close());

  const leadKeys = [
    ...[
      'id',
      'name',
      'price',
      'responsible_user_id',
      'group_id',
      'status_id',
      'pipeline_id',
      'loss_reason_id',
    ],
    ...['source_id', 'created_by', 'updated_by', 'created_at', 'updated_at', 'closed_at', 'closest_task_at'],
    ...['is_deleted', 'custom_fields_values', 'score', 'account_id', '_links', '_embedded'],
  ];
  const recordKeys = [
    ...[
      'id',
      'name',
      'responsible_user_id',
      'group_id',
      'created_by',
      'updated_by',
      'created_at',
      'updated_at',
    ],
    ...['closest_task_at', 'custom_fields_values', 'account_id', '_links', '_embedded'],
  ];

  it('of a lead', async () => {
    const first = await bench.firstOf('leads', 'leads');
    expect(first).to.have.all.keys(...leadKeys);
    expect(first['_embedded']).to.have.all.keys('tags', 'companies');
    const wanted = 'with=contacts,catalog_elements,loss_reason,source,is_price_modified_by_robot';
    const lead = await jsonOf(bench.get(`leads/${first['id']}?${wanted}`));
    expect(lead).to.have.all.keys(...leadKeys, 'labor_cost', 'is_price_modified_by_robot');
    expect(lead['_embedded']).to.have.all.keys(
      ...['tags', 'companies', 'contacts', 'catalog_elements', 'loss_reason', 'source'],
    );
  });

  it('of a contact and a company', async () => {
    const contact = await bench.firstOf('contacts?with=leads,customers,catalog_elements', 'contacts');
    expect(contact).to.have.all.keys(...recordKeys, 'first_name', 'last_name');
    expect(contact['_embedded']).to.have.all.keys(
      'tags',
      'companies',
      'leads',
      'customers',
      'catalog_elements',
    );
    const phone = nth(contact['custom_fields_values'], 0);
    expect(phone).to.have.all.keys('field_id', 'field_name', 'field_code', 'field_type', 'values');
    expect(nth(phone['values'], 0)).to.have.all.keys('value', 'enum_id', 'enum_code');
    const company = await bench.firstOf('companies?with=contacts,leads', 'companies');
    expect(company).to.have.all.keys(...recordKeys);
    expect(company['_embedded']).to.have.all.keys('tags', 'contacts', 'leads');
  });

  it('of notes, tasks, talks and messages', async () => {
    const owned = [
      'id',
      'created_by',
      'updated_by',
      'created_at',
      'updated_at',
      'responsible_user_id',
      'group_id',
    ];
    const note = await bench.firstOf('leads/notes', 'notes');
    expect(note).to.have.all.keys(...owned, 'entity_id', 'note_type', 'params', 'account_id', '_links');
    const tasks = await bench.list('tasks', 'tasks');
    expect(tasks[0]).to.have.all.keys(
      ...[...owned, 'entity_id', 'entity_type', 'duration', 'is_completed', 'task_type_id', 'text', 'result'],
      ...['complete_till', 'account_id', '_links'],
    );
    expect(tasks.find(task => !task['is_completed'])?.['result']).to.deep.equal([]);
    const talk = await bench.firstOf('talks', 'talks');
    expect(talk).to.have.all.keys(
      ...['talk_id', 'created_at', 'updated_at', 'rate', 'contact_id', 'chat_id', 'entity_id', 'entity_type'],
      ...['is_in_work', 'is_read', 'origin', 'missed_at', 'account_id', '_links', '_embedded'],
    );
    const message = await bench.firstOf(`talks/${talk['talk_id']}/messages`, 'messages');
    expect(message).to.have.all.keys(
      ...['id', 'type', 'message_type', 'text', 'created_at', 'author', 'delivery_status', 'attachment'],
    );
  });

  it('of the account and its users', async () => {
    const account = await jsonOf(
      bench.get('account?with=amojo_id,users_groups,task_types,version,datetime_settings'),
    );
    expect(account).to.include({ id: bench.first.id, current_user_id: olga, version: 16 });
    const embedded = account['_embedded'] as Json;
    expect(embedded).to.have.all.keys('users_groups', 'task_types', 'datetime_settings');
    expect(embedded['datetime_settings']).to.have.all.keys(
      ...['date_pattern', 'short_date_pattern', 'short_time_pattern', 'date_format', 'time_format'],
      ...['timezone', 'timezone_offset'],
    );
    expect(embedded['datetime_settings']).to.include({
      timezone: 'America/New_York',
      timezone_offset: '-05:00',
    });
    const users = await jsonOf<List>(bench.get('users?with=group,amojo_id'));
    expect(users).to.have.all.keys('_total_items', '_page', '_page_count', '_links', '_embedded');
    const user = users._embedded['users']?.[0];
    expect(user).to.have.all.keys('id', 'name', 'email', 'lang', 'amojo_id', 'rights', '_links', '_embedded');
    expect(user?.['rights']).to.have.all.keys(
      ...['leads', 'contacts', 'companies', 'tasks', 'mail_access', 'catalog_access', 'status_rights'],
      ...['is_admin', 'is_free', 'is_active', 'group_id', 'role_id'],
    );
  });

  it('of pipelines, custom fields and widgets', async () => {
    const pipeline = await bench.firstOf('leads/pipelines', 'pipelines');
    const statuses = (pipeline['_embedded'] as { statuses: Json[] }).statuses;
    expect(statuses.map(({ id }) => id)).to.include.members([142, 143]);
    expect(statuses[0]).to.have.all.keys(
      ...['id', 'name', 'sort', 'is_editable', 'pipeline_id', 'color', 'type', 'account_id', '_links'],
    );
    const field = await bench.firstOf('leads/custom_fields', 'custom_fields');
    expect(field).to.have.all.keys(
      ...[
        'id',
        'name',
        'code',
        'sort',
        'type',
        'entity_type',
        'is_predefined',
        'is_deletable',
        'is_api_only',
      ],
      ...['group_id', 'settings', 'remind', 'enums', 'required_statuses', '_links'],
    );
    expect(await jsonOf(bench.get('widgets/sample'))).to.include({ code: 'sample', client_uuid: clientId });
  });
});
