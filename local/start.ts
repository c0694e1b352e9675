import { join, resolve } from 'node:path';
import { backfill } from '../cli/backfill';
import { ApiClient } from '../cli/client';
import { CliFailure } from '../cli/failure';
import { type ProgressBar, paint, screenOf, startProgressBar } from '../cli/terminal';
import { readOptions } from './stack/options';
import { addresses, backfillLine, type ListedCommit, riskTable } from './stack/report';
import { type Stack, startStack } from './stack/stack';
import { until } from './stack/waiting';

const shownMax = 10;
const auditTimeoutMs = 120_000;
// The log is verified before.
const digestTimeoutMs = 180_000;

interface Verification {
  valid: boolean;
  entries: number;
  head: { hash: string } | null;
  problems: { message: string }[];
  problemsFound: number;
  notes: { kind: string }[];
}

const screen = screenOf(process.stdout);
const heading = (text: string) => `\n${paint(text, 'bold', screen.colour)}`;
const print = (text: string) => process.stdout.write(`${text}\n`);

/** `npm start`: the whole product on this machine, with the history of a git repository in it. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const stopping = new AbortController();
  const stopped = new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        stopping.abort();
        done();
      });
    }
  });
  const stack = await startStack(options, {
    appDirectory: resolve(__dirname, '../..'),
    emulatorThread: join(__dirname, 'emulatorThread.js'),
  });
  print(`gitops-healthcare is running for ${stack.file.tenantId}.`);
  print(addresses(stack.file, options.dataDirectory, screen));
  try {
    if (options.repository !== undefined)
      await takeIn(stack, options.repository, options.dataDirectory, stopping.signal);
    if (!stopping.signal.aborted) {
      await report(stack, stopping.signal);
      print('\nReady. Ctrl-C stops it; the data stays.');
    }
  } catch (error) {
    if (!(error instanceof CliFailure)) {
      await stack.close();
      throw error;
    }
    // A folder without a history is no reason not to run.
    print(
      `\n${error.message}${error.advice ? ` ${error.advice}` : ''}\nReady, without a backfill. Ctrl-C stops it.`,
    );
  }
  await stopped;
  print('\nStopping.');
  await stack.close();
  // The Functions library keeps a server for streams open, and offers nothing to close it by.
  process.exit();
}

/** Sends the repository's history through the public API. */
async function takeIn(
  { file }: Stack,
  repositoryPath: string,
  dataDirectory: string,
  signal: AbortSignal,
): Promise<void> {
  let bar: ProgressBar | undefined;
  const summary = await backfill({
    repositoryPath,
    apiUrl: file.apiUrl,
    tenantId: file.tenantId,
    token: file.token,
    stateFile: join(dataDirectory, 'backfill.json'),
    onStart: ({ repository, total, resumedAt }) => {
      if (total > resumedAt) bar = startProgressBar(repository, total, resumedAt, screenOf(process.stderr));
    },
    onProgress: ({ sent }) => bar?.update(sent),
    signal,
  }).finally(() => bar?.stop());
  print(heading('Backfill'));
  print(backfillLine(summary));
}

async function report(stack: Stack, signal: AbortSignal): Promise<void> {
  const client = new ApiClient(stack.file);
  const { items } = await client.json<{ items: ListedCommit[] }>('/high-risk-commits', {
    query: { threshold: '0', days: '366', limit: shownMax },
  });
  print(heading('Riskiest commits'));
  print(riskTable(items, screen));
  if (items.length === 0) return;

  const audit = await until(
    async () => {
      const found = await client.json<Verification>('/audit/verify');
      return found.notes.some(({ kind }) => kind === 'pending') ? undefined : found;
    },
    auditTimeoutMs,
    signal,
    1_000,
  );
  print(heading('Audit log'));
  if (!audit) print('It has not caught up with the commits yet; it goes on in the background.');
  else if (audit.valid)
    print(`Verified: ${audit.entries} entries, head ${audit.head?.hash.slice(0, 16) ?? 'none'}.`);
  else
    print(
      `NOT VALID: ${audit.problemsFound} problems. The first: ${audit.problems[0]?.message ?? 'unknown'}.`,
    );

  const today = new Date().toISOString().slice(0, 10);
  await stack.runTimer('dailyDigest');
  const digest = await until(
    async () => {
      const answer = await fetch(`${stack.file.apiUrl}/v1/tenants/${stack.file.tenantId}/digests/${today}`, {
        headers: { authorization: `Bearer ${stack.file.token}` },
      });
      return answer.ok ? ((await answer.json()) as { commits: number; highRiskTotal: number }) : undefined;
    },
    digestTimeoutMs,
    signal,
  );
  print(heading(`Digest of ${today}`));
  print(
    digest
      ? `${digest.commits} commits recorded, ${digest.highRiskTotal} of them high or critical.`
      : 'Not made yet; see host.log.',
  );
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
