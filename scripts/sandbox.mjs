// npm run sandbox: the stand-in for Kommo by itself, for a server that is started some other way.
import { createInterface } from 'node:readline';
import { buildPart, runBuilt } from './built.mjs';

buildPart('scripts/sandbox.mjs', 'local');
const child = runBuilt('dist/sandbox/main.js', 'pipe');
createInterface({ input: child.stdout }).on('line', line => {
  const accounts = readAccounts(line);
  if (!accounts) {
    process.stdout.write(line + '\n');
    return;
  }
  const lines = accounts.map(
    ({ leadCardUrl, subdomain, lang }) => `  ${leadCardUrl}   (${subdomain}, ${lang})`,
  );
  process.stdout.write(`The sandbox runs. Its accounts:\n${lines.join('\n')}\nPress Ctrl-C to stop.\n`);
});

function readAccounts(line) {
  try {
    return JSON.parse(line).accounts;
  } catch {
    return null;
  }
}
