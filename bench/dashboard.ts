import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import type { StackFile } from '../local/stack/stack';
import { utcDate } from '../src/lib/commit';
import { commitOf } from './loadCommits';
import { type LoadedApp, withLoadedApp } from './loadedApp';
import { call, withStack, withStackFolder } from './stackProcess';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const turns = 7;
const commitsABatch = 500;

/** From the page's load event until the chart and the list of commits stand there, in a new tab each time. */
async function firstViews(
  { apiUrl, tenantId, token }: Pick<LoadedApp, 'apiUrl' | 'tenantId' | 'token'>,
  days: number,
  name: string,
): Promise<void> {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const times: string[] = [];
    for (let turn = 0; turn < turns; turn++) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.goto(`${apiUrl}/dashboard?tenant=${tenantId}&days=${days}#token=${token}`);
      const loadedAt = performance.now();
      await page.locator('.u-wrap').waitFor();
      await page.locator('.commits .open').first().waitFor();
      times.push((performance.now() - loadedAt).toFixed(0));
      await page.close();
    }
    process.stdout.write(`${days} days, ${name}: ${times[0]} ms, then ${times.slice(1).join(', ')} ms\n`);
  } finally {
    await browser.close();
  }
}

/** Sends the commits as a client does, oldest first, and waits until the change feed has shown each of them. */
async function send(stack: StackFile, commits: number): Promise<void> {
  const today = utcDate(new Date().toISOString());
  const sent = Array.from({ length: commits }, (_, n) => commitOf(stack.tenantId, n, today))
    .sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1))
    .map(({ commitHash, message, timestamp, author, filesChanged, linesAdded, linesDeleted, riskScore }) => ({
      commitHash,
      message,
      timestamp,
      author,
      filesChanged,
      linesAdded,
      linesDeleted,
      riskScore,
    }));
  for (let from = 0; from < commits; from += commitsABatch) {
    const body = JSON.stringify({ commits: sent.slice(from, from + commitsABatch) });
    const answer = await call(stack, '/commits', { method: 'POST', body });
    if (answer.status !== 200) throw new Error(`a batch was answered ${answer.status}`);
    await answer.arrayBuffer();
  }
  for (;;) {
    const head = await call(stack, '/audit/head');
    if (head.ok && ((await head.json()) as { sequence: number }).sequence >= commits) return;
    await sleep(1_000);
  }
}

/**
 * The dashboard's first view with so many commits (100,000, over 365 days) in the store: of commits that came through the API, nobody having
 * asked before; the same by a stack that starts later; and of a store that was filled behind the app, so that whoever asks
 * first has its commits counted.
 */
export async function run([count = '100000']: string[]): Promise<void> {
  await withStackFolder(async (folder) => {
    await withStack(folder, async (stack) => {
      await send(stack, Number(count));
      await firstViews(stack, 30, 'sent through the API');
      await firstViews(stack, 365, 'sent through the API');
    });
    for (const days of [30, 365])
      await withStack(folder, (stack) => firstViews(stack, days, 'stack started anew'));
  });
  await withLoadedApp(Number(count), async (app) => {
    await firstViews(app, 30, 'filled behind the app');
    await firstViews(app, 365, 'filled behind the app');
  });
}
