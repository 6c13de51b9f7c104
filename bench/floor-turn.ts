import express from 'express';
import OpenAI from 'openai';
import pg from 'pg';

/**
 * The floor of a turn: the least that can read a conversation's end, find six passages by their words, ask a model
 * and keep both messages. No users, tenants, rights, lead, masks, citations, limits, traces or resumption.
 */
const { OPENAI_BASE_URL, DATABASE_URL, PORT = '0' } = process.env;
const client = new OpenAI({ apiKey: 'none', baseURL: OPENAI_BASE_URL ?? '', maxRetries: 0 });
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
const app = express();
app.use(express.json());

app.post('/chat/:conversation', async (req, res) => {
  const text = String(req.body.text);
  const conversation = Number(req.params.conversation);
  await pool.query('insert into floor_messages (conversation, role, text) values ($1, $2, $3)', [
    conversation,
    'user',
    text,
  ]);
  const { rows: turns } = await pool.query(
    'select role, text from floor_messages where conversation = $1 order by id desc limit 11',
    [conversation],
  );
  const { rows: passages } = await pool.query(
    `select body from floor_passages, plainto_tsquery('english', $1) as asked
     where words @@ asked order by ts_rank(words, asked) desc limit 6`,
    [text],
  );
  res.set('Content-Type', 'text/event-stream');
  const stream = await client.chat.completions.create({
    model: 'scripted',
    messages: [
      { role: 'system', content: passages.map(({ body }) => body).join('\n\n') },
      ...turns.reverse().map(({ role, text: content }) => ({ role, content })),
    ],
    stream: true,
  });
  let said = '';
  for await (const part of stream) {
    const piece = part.choices[0]?.delta?.content;
    if (!piece) continue;
    said += piece;
    res.write(`event: text.delta\ndata: ${JSON.stringify({ text: piece })}\n\n`);
  }
  await pool.query('insert into floor_messages (conversation, role, text) values ($1, $2, $3)', [
    conversation,
    'assistant',
    said,
  ]);
  res.end('event: done\ndata: {}\n\n');
});

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object')
    process.send?.({ ready: true, url: `http://127.0.0.1:${address.port}` });
});
process.on('disconnect', () => process.exit(0));
