import { type Config, readConfig } from '../config.ts';
import { toError } from '../kernel/index.ts';
import { openOutbound } from '../outbound/index.ts';
import {
  checkArchive,
  checkDatabase,
  checkFolder,
  checkIntegration,
  checkKeys,
  checkModel,
  checkNode,
  checkPublicUrl,
  checkRedis,
  type Finding,
} from './doctor-checks.ts';

/** Looks at a configuration, names what is wrong with the step that mends it, and changes nothing. @returns the exit code */
export async function runDoctor({
  env,
  archive,
  write,
}: {
  env: Record<string, string | undefined>;
  archive: string;
  write(text: string): void;
}): Promise<number> {
  let failed = 0;
  const report = (findings: Finding[]) => {
    for (const { state, what, mend } of findings) {
      if (state === 'fail') failed += 1;
      write(`${state.padEnd(4)}  ${what}${mend ? `\n      -> ${mend}` : ''}\n`);
    }
  };
  report([checkNode(process.version)]);
  let config: Config;
  try {
    config = readConfig(env);
  } catch (thrown) {
    report([{ state: 'fail', what: toError(thrown).message, mend: 'See .env.example.' }]);
    return 1;
  }
  const { publicUrl } = config.http;
  const outbound = openOutbound({ privateOrigins: [...config.outbound.privateOrigins, publicUrl] });
  const checks: (() => Promise<Finding[]>)[] = [
    async () => [await checkFolder(config.dataDir), checkKeys(config)],
    () => checkDatabase(config),
    async () => [await checkRedis(config)],
    () => checkPublicUrl(config, outbound.trustedFetch),
    async () => [checkIntegration(config), await checkArchive(config, archive)],
    async () => [await checkModel(config, outbound.trustedFetch)],
  ];
  for (const check of checks) {
    report(await check().catch(thrown => [{ state: 'fail' as const, what: toError(thrown).message }]));
  }
  outbound.close();
  write(failed === 0 ? 'Nothing stands in the way.\n' : `${failed} to mend.\n`);
  return failed === 0 ? 0 : 1;
}
