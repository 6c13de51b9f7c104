import { type Json, jsonOf, until } from './kit.ts';
import { openRestBench, type RestBench } from './rest-kit.ts';

export interface BotRunView {
  id: number;
  botId: number;
  state: string;
  why: string | null;
  step: number | null;
  pending: { continueId: number } | null;
}

export interface BotBench extends RestBench {
  /** An open talk of the demo account, and its lead. */
  talkId: number;
  leadId: number;
  addBot(source: unknown, more?: Json): Promise<number>;
  /** Runs it on the lead over REST; answers the status. */
  runBot(botId: number): Promise<number>;
  clientWrites(text: string, talkId?: number): Promise<void>;
  /** What the bot said in the talk, oldest first. */
  said(): Promise<string[]>;
  runs(): Promise<BotRunView[]>;
  /** The latest run once it is in this state. */
  runIn(state: string): Promise<BotRunView>;
}

export async function openBotBench(): Promise<BotBench> {
  const bench = await openRestBench();
  const talk = await bench.firstOf('talks?filter[only_in_work]=1', 'talks');
  const talkId = Number(talk['talk_id']);
  const leadId = Number(talk['entity_id']);
  const runs = async () => (await jsonOf<{ runs: BotRunView[] }>(bench.control('GET', 'bot-runs'))).runs;
  return Object.assign(bench, {
    talkId,
    leadId,
    async addBot(source: unknown, more: Json = {}) {
      const answer = await bench.control('POST', 'bots', { name: 'Sample bot', source, ...more });
      const body = await jsonOf(answer);
      if (answer.status !== 201) throw new Error(JSON.stringify(body));
      return Number(body['id']);
    },
    runBot: async (botId: number) =>
      (await bench.send('POST', `bots/${botId}/run`, { entity_id: leadId, entity_type: 'leads' })).status,
    async clientWrites(text: string, to = talkId) {
      await bench.control('POST', `talks/${to}/incoming`, { text });
    },
    async said() {
      const messages = await bench.list(`talks/${talkId}/messages`, 'messages');
      return messages
        .filter(({ author }) => (author as Json)['type'] === 'bot')
        .map(({ text }) => String(text));
    },
    runs,
    runIn: (state: string) =>
      until(async () => {
        const last = (await runs()).at(-1);
        return last?.state === state ? last : undefined;
      }, `a run that is ${state}`),
  });
}

/** One handler, written shortly. */
export const does = (handler: string, params: unknown) => ({ handler, params });
export const shows = (value: string, buttons?: string[]) =>
  does('show', buttons ? { type: 'buttons', value, buttons } : { type: 'text', value });
export const goesTo = (step: number, type = 'question') => does('goto', { type, step });
