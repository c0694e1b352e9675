import { chromium } from 'playwright-core';
import { withLoadedApp } from './loadedApp';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const turns = 7;

/**
 * From the page's load event until the chart and the list of commits stand there, in a new tab each time, with so many commits
 * (100,000, over 365 days) in the store. The app's first view counts the commits; the ones after ask what has changed.
 */
export function run([count = '100000']: string[]): Promise<void> {
  return withLoadedApp(Number(count), async ({ apiUrl, tenantId, token }) => {
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    try {
      for (const days of [30, 365]) {
        const times: number[] = [];
        for (let turn = 0; turn < turns; turn++) {
          const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
          await page.goto(`${apiUrl}/dashboard?tenant=${tenantId}&days=${days}#token=${token}`);
          const loadedAt = performance.now();
          await page.locator('.u-wrap').waitFor();
          await page.locator('.commits .open').first().waitFor();
          times.push(performance.now() - loadedAt);
          await page.close();
        }
        const [first = 0, ...others] = times;
        const told = others.map((ms) => ms.toFixed(0)).join(', ');
        process.stdout.write(
          `${count} commits, ${days} days: first ${first.toFixed(0)} ms, then ${told} ms\n`,
        );
      }
    } finally {
      await browser.close();
    }
  });
}
