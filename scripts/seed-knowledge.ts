import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

interface Seed {
  apiUrl: string;
  operatorKey: string;
  accounts: { id: number; subdomain: string }[];
  /** Holds a folder of documents per trade. */
  folder: string;
}

/** What each demo account sells. */
const trades: Record<string, string> = { northwind: 'coffee', lumen: 'solar' };

const mediaTypes: Record<string, string> = {
  '.md': 'text/markdown',
  '.html': 'text/html',
  '.pdf': 'application/pdf',
  '.txt': 'text/plain',
};

/** Gives each demo account documents to answer from, on the first start only: an account that has any is left alone. */
export async function seedKnowledge({ apiUrl, operatorKey, accounts, folder }: Seed): Promise<void> {
  for (const { id, subdomain } of accounts) {
    const minted = await fetch(`${apiUrl}/v1/operator/tenants/${id}/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operatorKey}` },
    });
    const { token } = (await minted.json()) as { token: string };
    const headers = { authorization: `Bearer ${token}` };
    const list = async () => {
      const answer = await fetch(`${apiUrl}/v1/documents?limit=50`, { headers });
      return ((await answer.json()) as { documents: { state: string; title: string }[] }).documents;
    };
    if ((await list()).length > 0) continue;
    const shelf = join(folder, trades[subdomain] ?? subdomain);
    const names = await readdir(shelf).catch(() => []);
    for (const name of names.sort()) {
      const type = mediaTypes[extname(name)];
      if (!type) continue;
      const form = new FormData();
      form.append('title', titles[name] ?? name);
      form.append('file', new Blob([new Uint8Array(await readFile(join(shelf, name)))], { type }), name);
      const answer = await fetch(`${apiUrl}/v1/documents`, { method: 'POST', headers, body: form });
      if (!answer.ok) throw new Error(`The demo document ${name} was refused: ${await answer.text()}`);
    }
    for (const deadline = Date.now() + 90_000; Date.now() < deadline; ) {
      if ((await list()).every(document => document.state === 'ready' || document.state === 'failed')) break;
      await new Promise(done => setTimeout(done, 300));
    }
  }
}

/** Titles a company would give, where the file's name is not one. */
const titles: Record<string, string> = {
  'warranty-and-service.pdf': 'Warranty and service',
  'prices-and-delivery.md': 'Prices and delivery',
  'faq.html': 'Frequently asked questions',
  'garantia.pdf': 'Garantía',
  'instalacion-y-entrega.md': 'Instalación y entrega',
  'preguntas-frecuentes.html': 'Preguntas frecuentes',
};
