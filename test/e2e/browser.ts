import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const places = [process.env.CHROMIUM_PATH ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** Debian's Chromium; undefined where there is none: then the tests of the page are skipped by name, but never in CI. */
export const chromiumPath = places.find((path) => path !== '' && existsSync(path));

export interface OpenBrowser {
  browser: Browser;
  /** Ends the process; a tab that is still open is no reason to wait. */
  close(): Promise<void>;
}

export async function openBrowser(): Promise<OpenBrowser> {
  const server = await chromium.launchServer({ executablePath: chromiumPath ?? '', args: ['--no-sandbox'] });
  const browser = await chromium.connect(server.wsEndpoint());
  return { browser, close: () => server.kill() };
}

export interface Screen {
  width: number;
  height: number;
  colorScheme: 'light' | 'dark';
}

/** A tab of its own, and what went wrong in it: refused scripts, exceptions, requests to another host. */
export async function openTab(
  browser: Browser,
  screen: Screen,
): Promise<{ context: BrowserContext; page: Page; faults: string[] }> {
  const { width, height, colorScheme } = screen;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) faults.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1' && hostname !== 'localhost')
      faults.push(`request to ${hostname}`);
  });
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { context, page, faults };
}

interface AxeResult {
  violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
}

/** What axe-core holds against the page as it stands; empty where there is nothing. */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  // Evaluated through the debugger, which the page's own policy does not bind.
  await page.evaluate(await readFile(require.resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations } = await page.evaluate<AxeResult>('axe.run(document, { resultTypes: ["violations"] })');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
}

/** Keeps a picture of the page where `SCREENSHOTS` names a folder, for people to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
