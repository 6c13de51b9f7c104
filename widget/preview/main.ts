import { conversation, documentCitation, documentSource, suggestions, wholeAnswer } from '../testing/demo.ts';
import { openFakeApi } from '../testing/fake-api.ts';
import { openPreviewServer } from './preview-server.ts';

/** The panel with scripted answers, to look at: `node --import tsx widget/preview/main.ts`, then `preview.enter(1)` or 2. */
const api = await openFakeApi();
api.suggestions = suggestions;
api.sources.set(documentCitation.id, documentSource);
api.threads.set(2, conversation());
api.script = () => wholeAnswer();
const server = await openPreviewServer(api.origin, Number(process.env.PORT ?? 0));
process.stdout.write(`${server.origin}/?lang=en&width=360#1\n`);
