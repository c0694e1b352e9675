import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { startAzurite } from './func/azurite';
import { coreToolsVersion, howToGetCoreTools, isWindows } from './func/coreTools';
import { makeLocalSettings } from './func/settings';
import { createContainers, startDatabase } from './stack/database';

const appDirectory = resolve(__dirname, '../..');
const dataDirectory = resolve(appDirectory, '.local');
const print = (text: string) => process.stdout.write(`${text}\n`);

/**
 * `npm run func`: the built app on the real Functions host. Prepares what that needs (the emulator with its containers,
 * Azurite, local.settings.json), runs `func start` with the given arguments, and stops everything with it.
 */
async function main(args: string[]): Promise<number> {
  const version = coreToolsVersion();
  if (version === undefined) {
    process.stderr.write(`${howToGetCoreTools}\n`);
    return 1;
  }
  const cosmos = await startDatabase(
    join(__dirname, 'emulatorThread.js'),
    8081,
    join(dataDirectory, 'cosmos'),
  );
  try {
    await createContainers(cosmos, {
      database: 'gitops-healthcare',
      commitsContainer: 'commits',
      retentionDays: 2557,
    });
    const isNew = await makeLocalSettings(appDirectory, dataDirectory, cosmos);
    print(isNew ? 'Wrote local.settings.json.' : 'Using the local.settings.json that is there.');
    const stopAzurite = await startAzurite(join(dataDirectory, 'azurite'));
    print(`Starting Core Tools ${version}.`);
    const func = spawn('func', ['start', ...args], { cwd: appDirectory, stdio: 'inherit', shell: isWindows });
    // A terminal sends Ctrl-C to func as well; this process waits for it to end.
    process.on('SIGINT', () => undefined).on('SIGTERM', () => func.kill('SIGTERM'));
    const [code] = await once(func, 'exit');
    stopAzurite();
    return code ?? 1;
  } finally {
    await cosmos.close();
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
