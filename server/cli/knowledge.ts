import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { cancelEmbedding, changeEmbedding } from './embedding.ts';
import { type KnowledgeCommand, parseArguments, usage, WrongUsage } from './knowledge-arguments.ts';
import {
  type KnowledgeClient,
  openKnowledgeClient,
  Refused,
  type RemoteComparison,
  type RemoteDocument,
  type RemoteVersions,
  type ServerAddress,
} from './knowledge-client.ts';
import { uploadAll } from './upload-all.ts';
import { walkFolder } from './walk-folder.ts';

export interface KnowledgeCli {
  argv: string[];
  dataDir: string;
  write(text: string): void;
  /** Starts a server for the length of one command where none runs; without it, the command says so. */
  startTemporaryServer?(): Promise<ServerAddress & { close(): Promise<void> }>;
}

/** Runs one command and answers the exit code of the process. */
export async function runKnowledge({
  argv,
  dataDir,
  write,
  startTemporaryServer,
}: KnowledgeCli): Promise<number> {
  let close = async () => {};
  try {
    const command = parseArguments(argv);
    if (command.kind === 'help') {
      write(usage);
      return 0;
    }
    let address = await findServer(dataDir);
    if (address === null && startTemporaryServer) {
      const started = await startTemporaryServer();
      address = started;
      close = started.close;
    }
    if (address === null) throw new Refused('no-server', noServer);
    return await perform(command, await openKnowledgeClient(address, command.account), write);
  } catch (thrown) {
    if (thrown instanceof WrongUsage) {
      write(`${thrown.message}\n\n${usage}`);
      return 2;
    }
    write(`${explain(thrown)}\n`);
    return 1;
  } finally {
    await close();
  }
}

const noServer = 'No server runs on this data folder: start it with "npm start" and try again.';

const ServerFile = z.object({ url: z.url(), pid: z.int() });

/** What a running server leaves in its data folder, or null if there is none or it died without tidying up. */
export async function findServer(dataDir: string): Promise<ServerAddress | null> {
  try {
    const { url, pid } = ServerFile.parse(JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8')));
    const operatorKey = (await readFile(join(dataDir, 'operator.key'), 'utf8')).trim();
    process.kill(pid, 0);
    return { url, operatorKey };
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EACCES') {
      throw new Refused('no-key', `This user may not read the operator's key in ${dataDir}.`);
    }
    return null;
  }
}

async function perform(
  command: Exclude<KnowledgeCommand, { kind: 'help' }>,
  client: KnowledgeClient,
  write: (text: string) => void,
): Promise<number> {
  switch (command.kind) {
    case 'add':
      return Math.max(
        command.paths.length > 0 ? await add(command.paths, client, write) : 0,
        await addSites(command.addresses, client, write),
      );
    case 'versions':
      return versions(await client.versions(command.id), write);
    case 'compare':
      return compare(await client.compare(command.id, command.from, command.to), write);
    case 'rollback': {
      const { version } = await client.restore(command.id, command.version);
      write(`Version ${command.version} is back as version ${version}, as soon as it is read.\n`);
      return 0;
    }
    case 'list':
      return list(await client.list(), client.account, write);
    case 'remove':
      for (const id of command.ids) {
        await client.remove(id);
        write(`Removed ${id}.\n`);
      }
      return 0;
    case 'embedding':
      return changeEmbedding(client, command, write);
    case 'cancel-embedding':
      return cancelEmbedding(client, write);
    case 'search':
      return search(command, client, write);
    case 'tag': {
      const { title, tags } = await client.tag(command.id, command.tags);
      write(tags.length > 0 ? `${title} has the tags: ${tags.join(', ')}.\n` : `${title} has no tags.\n`);
      return 0;
    }
  }
}

async function add(paths: string[], client: KnowledgeClient, write: (text: string) => void): Promise<number> {
  const walks = await Promise.all(paths.map(walkFolder));
  const files = walks.flatMap(walk => walk.files);
  for (const { path, reason } of walks.flatMap(walk => walk.skipped)) write(`Skipped ${path}: ${reason}.\n`);
  if (files.length === 0) {
    write(
      'There is nothing to upload: put .pdf, .docx, .pptx, .xlsx, .csv, .html, .md, .txt or .json files there.\n',
    );
    return 1;
  }
  write(
    `Uploading ${files.length === 1 ? '1 document' : `${files.length} documents`} to ${client.account}.\n`,
  );
  const uploaded = await uploadAll(client, files, {
    onProgress: (file, what) => write(`  ${file.title}: ${what}\n`),
    pause: () => delay(400),
  });
  const failed = uploaded.filter(({ failure }) => failure !== null).length;
  write(failed === 0 ? 'All of it is searchable now.\n' : `${failed} of ${uploaded.length} failed.\n`);
  return failed === 0 ? 0 : 1;
}

/** Waits until each site was gone through; what fails is told and does not stop the others. */
async function addSites(
  addresses: string[],
  client: KnowledgeClient,
  write: (text: string) => void,
): Promise<number> {
  let failed = 0;
  for (const address of addresses) {
    let source = await client.addSite(address);
    let told = '';
    while (source.state === 'queued' || source.state === 'syncing') {
      const { done, total } = source.progress;
      const what = total > 0 ? `${done} of ${total} pages` : 'waiting';
      if (what !== told) write(`  ${source.title}: ${what}\n`);
      told = what;
      await delay(400);
      source = await client.getSource(source.id);
    }
    if (source.failure) failed += 1;
    const said = source.failure ? `failed: ${source.failure.detail}` : `${source.documents} documents`;
    write(`  ${source.title}: ${said}\n`);
  }
  return failed === 0 ? 0 : 1;
}

function versions(all: RemoteVersions, write: (text: string) => void): number {
  for (const { number, passages, searchable, restoredFrom, createdAt } of all) {
    const from = restoredFrom === null ? '' : `, version ${restoredFrom} again`;
    write(`${number}  ${createdAt}  ${passages} passages${from}${searchable ? '  (searched)' : ''}\n`);
  }
  return 0;
}

function compare({ added, removed, counts }: RemoteComparison, write: (text: string) => void): number {
  for (const [sign, passages] of [['-', removed] as const, ['+', added] as const])
    for (const { text } of passages) write(`${text.replaceAll(/^/gm, `${sign} `)}\n\n`);
  write(`${counts.added} passages added, ${counts.removed} removed, ${counts.kept} kept.\n`);
  return 0;
}

function list(documents: RemoteDocument[], account: string, write: (text: string) => void): number {
  if (documents.length === 0)
    write(`${account} has no documents. Add some: npm run knowledge -- add <path>\n`);
  for (const { id, title, state, failure, passages, version, tags } of documents) {
    const told = failure
      ? `${state}: ${failure.detail}`
      : [`${state}, version ${version}, ${passages} passages`, ...tags].join(', ');
    write(`${id}  ${title}  (${told})\n`);
  }
  return 0;
}

async function search(
  { question, tags }: { question: string; tags: string[] },
  client: KnowledgeClient,
  write: (text: string) => void,
): Promise<number> {
  const { passages, supportThreshold } = await client.search(question, tags);
  if (passages.length === 0) write('Nothing fits this question.\n');
  for (const [index, { title, heading, body, score }] of passages.entries()) {
    const weak = score < supportThreshold ? ', too weak to answer from' : '';
    const place = heading === '' ? title : `${title} > ${heading}`;
    write(`${index + 1}. ${place}  (score ${score.toFixed(2)}${weak})\n${body.replaceAll(/^/gm, '   ')}\n\n`);
  }
  return 0;
}

function explain(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const unreachable = thrown instanceof TypeError && thrown.message === 'fetch failed';
  return unreachable ? 'The server did not answer. Is it still running?' : thrown.message;
}
