/** `npm run eval`: the shipped questions beside other methods; with `--set`, an account's own on its running server. */
const ofAccount = process.argv.some(word => word.startsWith('--'));
await (ofAccount ? import('./golden.ts') : import('./main.ts'));
