const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

const leaveWithinMs = 20_000;

/**
 * Mocha's own report, and the counts in the file that COUNTS_FILE names.
 *
 * A run that has ended but whose process stays alive left something open: that fails, with its kind.
 */
module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    let browserFailed = false;
    runner.on(Runner.constants.EVENT_TEST_FAIL, (_, { message }) => {
      browserFailed ||= /browserType\.launch/.test(message);
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
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
