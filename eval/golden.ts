import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type AccountCalls, openAccount, Refused } from '../server/cli/account-client.ts';
import { findServer } from '../server/cli/knowledge.ts';
import { aligned, figure } from './tables.ts';

/**
 * `npm run eval -- --set <id>`: asks the questions of an account's golden set on the running server, and prints
 * what came of them beside the run before. See docs/knowledge.md.
 */
const usage = `npm run eval -- --set <id | new> [--import <file>] [--answers] [--gate] [--account <subdomain or id>]

  --set       a golden set of the account; "new" begins one
  --import    adds the questions of a JSON, JSON lines or CSV file first
  --answers   asks the agent as well, which costs what its answers cost
  --gate      fails where a figure fell by more than the set tolerates, against the last run that passed
`;

const Figures = z.object({
  questions: z.number(),
  ndcg10: z.number(),
  recall1: z.number(),
  recall5: z.number(),
  recall10: z.number(),
  mrr: z.number(),
  abstention: z.object({ precision: z.number(), recall: z.number(), wronglyRefused: z.number() }),
  factsHeld: z.number().nullable(),
});
const Run = z.object({
  id: z.string(),
  state: z.string(),
  progress: z.object({ done: z.number(), total: z.number() }),
  figures: z.object({ overall: Figures, languages: z.record(z.string(), Figures) }).nullable(),
  change: z
    .object({
      questions: z.number(),
      ndcg10: z.number(),
      recall5: z.number(),
      mrr: z.number(),
      abstentionRecall: z.number(),
      wronglyRefused: z.number(),
    })
    .nullable(),
  gate: z
    .object({
      passed: z.boolean().nullable(),
      regressions: z.array(z.object({ figure: z.string(), before: z.number(), after: z.number() })),
    })
    .nullable(),
  failure: z.object({ detail: z.string() }).nullable(),
});
type Run = z.infer<typeof Run>;

const { values } = parseArgs({
  options: {
    set: { type: 'string' },
    import: { type: 'string' },
    answers: { type: 'boolean', default: false },
    gate: { type: 'boolean', default: false },
    account: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

try {
  if (values.help || !values.set) process.stdout.write(usage);
  else process.exitCode = await evaluate(values.set);
} catch (thrown) {
  if (!(thrown instanceof Refused)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = 1;
}

async function evaluate(given: string): Promise<number> {
  const server = await findServer(process.env.DATA_DIR || '.data');
  if (server === null)
    throw new Refused('no-server', 'No server runs on this data folder: start it with "npm start".');
  const account = await openAccount(server, values.account ?? null);
  const setId = given === 'new' ? await beginSet(account) : given;
  if (values.import) await importFile(account, setId, values.import);
  const path = `/v1/golden-sets/${encodeURIComponent(setId)}/${values.gate ? 'gate' : 'runs'}`;
  let run = Run.parse(await account.call('POST', path, JSON.stringify({ withAnswers: values.answers })));
  process.stdout.write(`${account.account}, set ${setId}, run ${run.id}\n`);
  while (run.state === 'queued' || run.state === 'running') {
    if (process.stderr.isTTY) process.stderr.write(`\r${run.progress.done} of ${run.progress.total} `);
    await delay(500);
    run = Run.parse(await account.call('GET', `/v1/eval-runs/${run.id}`));
  }
  return report(run);
}

async function beginSet(account: AccountCalls): Promise<string> {
  const name = values.import ? basename(values.import) : 'Golden set';
  const made = await account.call('POST', '/v1/golden-sets', JSON.stringify({ name }));
  return z.object({ id: z.string() }).parse(made).id;
}

async function importFile(account: AccountCalls, setId: string, path: string): Promise<void> {
  const bytes = await readFile(path);
  const type = /\.csv$/i.test(path) ? 'text/csv' : /\.json$/i.test(path) ? 'application/json' : 'text/plain';
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(bytes)], { type }), basename(path));
  const Done = z.object({ added: z.number(), changed: z.number(), unchanged: z.number() });
  const done = Done.parse(
    await account.call('POST', `/v1/golden-sets/${encodeURIComponent(setId)}/import`, form),
  );
  process.stdout.write(
    `${done.added} questions added, ${done.changed} changed, ${done.unchanged} as they were\n`,
  );
}

function report({ state, figures, change, gate, failure }: Run): number {
  if (figures === null) {
    process.stdout.write(`\nThe run is ${state}${failure ? `: ${failure.detail}` : ''}.\n`);
    return 1;
  }
  const row = (name: string, of: z.infer<typeof Figures>) => [
    name,
    String(of.questions),
    ...[of.ndcg10, of.recall1, of.recall5, of.recall10, of.mrr].map(figure),
    ...[of.abstention.recall, of.abstention.precision, of.abstention.wronglyRefused].map(figure),
    of.factsHeld === null ? '' : figure(of.factsHeld),
  ];
  const lines = [
    [
      '',
      'questions',
      'nDCG@10',
      'r@1',
      'r@5',
      'r@10',
      'MRR',
      'refused of unanswerable',
      'rightly',
      'refused of answerable',
      'facts',
    ],
    ...Object.entries(figures.languages).map(([language, of]) => row(language, of)),
    row('all', figures.overall),
  ];
  process.stdout.write(`\n${aligned(lines)}\n`);
  const signed = (value: number) => `${value < 0 ? '-' : '+'}${figure(Math.abs(value))}`;
  if (change)
    process.stdout.write(
      `\nOver the ${change.questions} questions of the run before: nDCG@10 ${signed(change.ndcg10)}, recall@5 ${signed(change.recall5)}, MRR ${signed(change.mrr)}, refused of unanswerable ${signed(change.abstentionRecall)}, of answerable ${signed(change.wronglyRefused)}\n`,
    );
  if (gate === null) return 0;
  for (const { figure: name, before, after } of gate.regressions)
    process.stdout.write(`${name} fell from ${figure(before)} to ${figure(after)}\n`);
  process.stdout.write(gate.passed ? 'The gate is passed.\n' : 'The gate is not passed.\n');
  return gate.passed ? 0 : 1;
}
