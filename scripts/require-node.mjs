// Old-fashioned JavaScript: it has to run on any Node in order to say which one is needed.

export function fail(sentence) {
  process.stderr.write(sentence + '\n');
  process.exit(1);
}

/** Ends the process with a sentence on a Node older than the one package.json asks for. */
export function requireNode(script) {
  var parts = process.versions.node.split('.').map(Number);
  if (parts[0] > 20 || (parts[0] === 20 && parts[1] >= 19)) return;
  fail(
    'Cardwise needs Node 20.19 or newer, and this is ' +
      process.versions.node +
      '. Install a newer one, or try it once with: npx --yes node@22 ' +
      script,
  );
}
