import { chromium } from 'playwright-core';
import { type LoadedApp, withLoadedApp } from './loadedApp';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const turns = 7;

/** From the page's load event until the chart and the list of commits stand there, in a new tab each time. */
async function firstViews({ apiUrl, tenantId, token }: LoadedApp, days: number, name: string): Promise<void> {
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

/**
 * The dashboard's first view with so many commits (100,000, over 365 days) in the store: where nobody has asked for the range before, so
 * that its commits are counted, and by an app that starts later.
 */
export function run([count = '100000']: string[]): Promise<void> {
  return withLoadedApp(
    Number(count),
    async (app) => {
      await firstViews(app, 30, 'never asked before');
      await firstViews(app, 365, 'never asked before');
    },
    (app) => firstViews(app, 30, 'app started anew'),
    (app) => firstViews(app, 365, 'app started anew'),
  );
}
