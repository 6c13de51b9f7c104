const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');
const { reporters, Runner } = require('mocha');

const leaveWithinMs = 20_000;
const printed = 25;

/**
 * Mocha's own report, the files that took longest, and the counts in the file that COUNTS_FILE names.
 *
 * A run that has ended but whose process stays alive left something open: that fails, with its kind.
 */
module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    let browserFailed = false;
    const files = new Map();
    let file = null;
    let since = Date.now();
    runner.on(Runner.constants.EVENT_SUITE_BEGIN, suite => {
      if (suite.file && suite.file !== file) take(suite.file);
    });
    // Hooks count towards the file that is open: setting up is often most of it.
    const take = next => {
      if (file) files.set(file, (files.get(file) ?? 0) + Date.now() - since);
      file = next;
      since = Date.now();
    };
    runner.on(Runner.constants.EVENT_TEST_FAIL, (_, { message }) => {
      browserFailed ||= /browserType\.launch/.test(message);
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      take(null);
      printLongest(files);
      const { passes, failures } = this.stats;
      const write = failed => {
        if (process.env.COUNTS_FILE)
          writeFileSync(process.env.COUNTS_FILE, JSON.stringify({ passed: passes, failed, browserFailed }));
      };
      write(failures);
      setTimeout(() => {
        const open = process
          .getActiveResourcesInfo()
          .filter(kind => !/^(TTYWrap|PipeWrap|Timeout)$/.test(kind));
        process.stderr.write(
          `The tests ended, but something they opened keeps the process alive: ${open.join(', ') || 'a timer or pipe'}\n`,
        );
        write(failures + 1);
        process.exit(1);
      }, leaveWithinMs).unref();
    });
  }
};

function printLongest(files) {
  if (files.size < 2) return;
  const longest = [...files].sort((one, other) => other[1] - one[1]).slice(0, printed);
  process.stdout.write(`  The ${longest.length} files that took longest, in seconds:\n`);
  for (const [file, ms] of longest)
    process.stdout.write(`  ${(ms / 1000).toFixed(1).padStart(7)}  ${relative(process.cwd(), file)}\n`);
  process.stdout.write('\n');
}
