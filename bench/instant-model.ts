import { createServer } from 'node:http';

/** A provider that answers at once, in one piece, and keeps nothing of what it was asked. */
const words = 'The warranty runs for twenty-four months from the day of delivery [1]. '.repeat(6);
const chunk = (choice: object, usage: object | null = null) =>
  `data: ${JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'scripted',
    choices: [{ index: 0, finish_reason: null, ...choice }],
    usage,
  })}\n\n`;
const answer = [
  chunk({ delta: { role: 'assistant', content: words } }),
  chunk(
    { delta: {}, finish_reason: 'stop' },
    { prompt_tokens: 6_000, completion_tokens: 90, total_tokens: 6_090 },
  ),
  'data: [DONE]\n\n',
].join('');

const server = createServer((req, res) => {
  req.resume();
  req.on('end', () => res.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object')
    process.send?.({ ready: true, url: `http://127.0.0.1:${address.port}/v1` });
});
process.on('disconnect', () => process.exit(0));
