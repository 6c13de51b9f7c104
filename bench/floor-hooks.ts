import express from 'express';
import pg from 'pg';

/**
 * The floor: the least that keeps a hook before it answers. Bare Express and one insert a post, on the same
 * database, without a tenant, an address, a limit or a second look.
 */
const { DATABASE_URL = '', PORT = '0' } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
await pool.query(
  'create table if not exists floor_hooks (id bigint generated always as identity primary key, body bytea not null)',
);
const app = express();
app.use(express.raw({ type: () => true, limit: '1mb' }));
app.post('/hook', async (req, res) => {
  await pool.query('insert into floor_hooks (body) values ($1)', [req.body]);
  res.end();
});
const server = app.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object')
    process.send?.({ ready: true, url: `http://127.0.0.1:${address.port}` });
});
process.on('disconnect', () => process.exit(0));
