import { expect } from 'chai';
import type { Db } from '../../db/index.ts';
import { asTenantId, createLogger, systemClock } from '../../kernel/index.ts';
import { testDatabase } from '../../testing/database.ts';
import { flood, hookReceiver } from './receive.ts';

describe('a flood of hooks', () => {
  let db: Db;
  before(async () => {
    db = await testDatabase();
  });

  it('is refused so that Kommo sends it again, and a reconcile is asked for when its window ends', async () => {
    const order: string[] = [];
    let asked: () => void = () => undefined;
    const ended = new Promise<void>(resolve => {
      asked = resolve;
    });
    const receiver = hookReceiver({
      db,
      clock: systemClock,
      log: createLogger('silent'),
      onPosts: async () => undefined,
      async onFlood() {
        order.push('reconcile');
        asked();
      },
      gatherMs: 10,
      windowMs: 100,
    });
    const tenantId = asTenantId('01900000-0000-7000-8000-000000000001');
    const big = { body: Buffer.alloc(flood.bytesMax + 1), contentType: '' };
    const refused = await receiver.accept(tenantId, big).then(
      () => null,
      (error: unknown) => error,
    );
    order.push('refused');
    expect(refused).to.include({ code: 'hooks-flooded', status: 503 });
    await ended;
    expect(order).to.deep.equal(['refused', 'reconcile']);
    receiver.close();
  });
});
