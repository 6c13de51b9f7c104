import { runDoctor } from './doctor.ts';

/** The process of `npm run doctor`. */
process.exitCode = await runDoctor({
  env: process.env,
  archive: 'dist/widget.zip',
  write: text => process.stdout.write(text),
});
