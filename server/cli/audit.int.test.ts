import { expect } from 'chai';
import { type SharedHarness, sharedHarness } from '../testing/shared-harness.ts';
import { runAudit } from './audit.ts';

describe('npm run audit', () => {
  let harness: SharedHarness;
  before(async function () {
    this.timeout(120_000);
    harness = await sharedHarness();
  });

  async function run(...argv: string[]): Promise<{ code: number; words: string }> {
    let words = '';
    const code = await runAudit({
      argv,
      dataDir: '/nonexistent',
      write: text => {
        words += text;
      },
      startTemporaryServer: async () => ({
        url: harness.url,
        operatorKey: harness.app.operatorKey,
        close: async () => {},
      }),
    });
    return { code, words };
  }

  it('says of every account whether its log is whole', async () => {
    const { code, words } = await run('verify');
    expect(code).to.equal(0);
    for (const { subdomain } of harness.accounts) expect(words).to.contain(`${subdomain}: whole, `);
  });

  it('takes one account by name or id, and says when there is none', async () => {
    const [ours] = harness.accounts;
    expect((await run('verify', String(ours.id))).words.trim().split('\n')).to.have.length(1);
    expect(await run('verify', 'nobody')).to.deep.equal({
      code: 1,
      words: 'There is no account "nobody".\n',
    });
    expect((await run('wash')).code).to.equal(2);
  });
});
