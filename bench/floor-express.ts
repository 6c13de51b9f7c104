import express from 'express';
import OpenAI from 'openai';

/**
 * The floor: the least that can pass a question to a model and stream its answer back with the same two
 * libraries, without users, tenants, storage, search or limits.
 */
const { OPENAI_BASE_URL, PORT = '0' } = process.env;
const client = new OpenAI({ apiKey: 'none', baseURL: OPENAI_BASE_URL ?? '', maxRetries: 0 });
const app = express();
app.use(express.json());

app.post('/chat', async (req, res) => {
  res.set('Content-Type', 'text/event-stream');
  const stream = await client.chat.completions.create({
    model: 'scripted',
    messages: [{ role: 'user', content: String(req.body.text) }],
    stream: true,
  });
  for await (const chunk of stream) {
    const text = chunk.choices[0]?.delta?.content;
    if (text) res.write(`event: text.delta\ndata: ${JSON.stringify({ text })}\n\n`);
  }
  res.end('event: done\ndata: {}\n\n');
});

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object')
    process.send?.({ ready: true, url: `http://127.0.0.1:${address.port}` });
});
process.on('disconnect', () => process.exit(0));
