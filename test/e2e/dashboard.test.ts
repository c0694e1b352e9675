import type { Browser, Page } from 'playwright-core';
import { hostileTexts } from '../lib/digest/madeDigests';
import {
  accessibilityViolations,
  chromiumPath,
  openBrowser,
  openTab,
  type Screen,
  screenshot,
} from './browser';
import { poll, type RunningStack, startStackForSuite } from './runningStack';

const inBrowser = chromiumPath === undefined ? describe.skip : describe;
const desktop = { width: 1280, height: 900, colorScheme: 'light' } as const;
const phone = { width: 360, height: 740, colorScheme: 'light' } as const;
const wide = { width: 2560, height: 1300, colorScheme: 'light' } as const;
const screens: [string, Screen][] = [
  ['desktop-light', desktop],
  ['desktop-dark', { ...desktop, colorScheme: 'dark' }],
  ['phone-light', phone],
  ['phone-dark', { ...phone, colorScheme: 'dark' }],
  ['wide-light', wide],
];

let stack: RunningStack;
let browser: Browser;
let closeBrowser: (() => Promise<void>) | undefined;

const hashOf = (n: number) => n.toString(16).padStart(40, '0');
const at = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString();

async function post(commits: object[]): Promise<void> {
  const answer = await stack.send('POST', '/commits', { commits });
  if (answer.status !== 200) throw new Error(await answer.text());
}

startStackForSuite(async (started) => {
  stack = started;
  if (chromiumPath !== undefined) ({ browser, close: closeBrowser } = await openBrowser());
});

afterAll(() => closeBrowser?.());

it('has a Chromium in CI', () => {
  if (process.env.CI) expect(chromiumPath).toBeDefined();
});

describe('the page', () => {
  it('runs its own script and style alone, loads nothing, and is at most 150 kB of script compressed', async () => {
    const answer = await fetch(stack.dashboardUrl, { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.status).toBe(200);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self'/,
    );
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    const page = await answer.text();
    expect(page).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)="(?!data:,)/);
    const { gzipSync } = await import('node:zlib');
    expect(page.length).toBeGreaterThan(50_000);
    expect(gzipSync(page).length).toBeLessThan(150_000);
  });

  it('is not sent again while it is the same', async () => {
    const first = await fetch(stack.dashboardUrl);
    const again = await fetch(stack.dashboardUrl, {
      headers: { 'if-none-match': first.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
  });
});

const visit = async (page: Page, query = '', token = stack.token) => {
  await page.goto(`${stack.dashboardUrl}?tenant=${stack.tenantId}${query}#token=${token}`);
};
const focusedCommit = `document.activeElement?.closest('[data-commit]')?.dataset.commit ?? ''`;
/** Until every part of the page has its answer. */
const settled = async (page: Page) => {
  await page.locator('main').waitFor();
  await poll(async () => (await page.locator('[aria-busy="true"]').count()) === 0 || undefined);
};

inBrowser('somebody at the page', () => {
  it('with nothing in the store sees that there is nothing', async () => {
    const { context, page, faults } = await openTab(browser, desktop);
    await visit(page);
    await settled(page);
    await page.getByText('No high-risk commit in these days.').waitFor();
    await page.getByText('No commits in these days.').waitFor();
    await screenshot(page, 'empty-desktop');
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('with one commit sees it', async () => {
    await post([
      {
        commitHash: hashOf(1),
        message: 'feat: first commit',
        timestamp: at(1),
        author: 'ann@clinic.example',
        repository: 'clinic/records',
        riskScore: 0.91,
        filesChanged: ['src/phi/a.ts'],
      },
    ]);
    const { context, page } = await openTab(browser, desktop);
    await visit(page);
    await page.getByRole('link', { name: 'feat: first commit' }).waitFor();
    expect(await page.locator('.commits > li').count()).toBe(1);
    await context.close();
  });
});

inBrowser('with many commits, somebody at the page', () => {
  beforeAll(async () => {
    const levels = [0.1, 0.2, 0.5, 0.75, 0.95];
    await post(
      Array.from({ length: 300 }, (_, n) => ({
        commitHash: hashOf(1_000 + n),
        message: `${['fix', 'feat', 'docs'][n % 3]}: change number ${n} of the record service`,
        timestamp: at(n % 29),
        author: `${['ann', 'bob', 'eve'][n % 3]}@clinic.example`,
        repository: ['clinic/records', 'clinic/billing', 'clinic/a-repository-with-a-very-long-name-indeed'][
          n % 3
        ],
        riskScore: levels[n % 5],
        filesChanged: [`src/${['phi', 'auth', 'docs'][n % 3]}/file-${n}.ts`],
      })),
    );
    await post(
      hostileTexts.map(([, text], n) => ({
        commitHash: hashOf(2_000 + n),
        message: text.replace(/\p{Cs}/gu, ''),
        timestamp: at(0),
        author: '"><b>eve</b>',
        repository: '<i>clinic</i>/x',
        riskScore: 0.99,
        filesChanged: ['<img src=x onerror=alert(1)>', 'a\u202Egpj.exe'],
      })),
    );
    await poll(async () => {
      const answer = await stack.call('/audit/head');
      return answer.ok && ((await answer.json()) as { sequence: number }).sequence >= 311 ? true : undefined;
    });
    await stack.runTimer('dailyDigest');
    await poll(async () => {
      const { items } = (await (await stack.call('/digests')).json()) as { items: unknown[] };
      return items.length > 0 ? true : undefined;
    });
  }, 60_000);

  it.each(screens)('finds it readable and accessible: %s', async (name, screen) => {
    const { context, page, faults } = await openTab(browser, screen);
    await visit(page);
    await settled(page);
    expect(
      await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
    ).toBeLessThanOrEqual(0);
    // The whole legend stands above what follows it.
    const bottom = (selector: string) =>
      page.evaluate<number>(
        `Math.max(...[...document.querySelectorAll('${selector}')].map((each) => each.getBoundingClientRect().bottom))`,
      );
    expect(await bottom('.chart .u-legend th')).toBeLessThanOrEqual(await bottom('.chart'));
    expect(await bottom('.chart')).toBeLessThan(await bottom('.time summary'));
    expect(await accessibilityViolations(page)).toEqual([]);
    await screenshot(page, `overview-${name}`);

    await page.locator('.commits .open').first().click();
    await page.getByRole('heading', { name: 'Factors' }).waitFor();
    await settled(page);
    expect(await accessibilityViolations(page)).toEqual([]);
    await screenshot(page, `commit-${name}`);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('shows hostile texts as text, wherever they stand', async () => {
    const { context, page, faults } = await openTab(browser, desktop);
    await visit(page, '&level=critical');
    await settled(page);
    await page.getByText('<script>alert(1)</script>').first().waitFor();
    for (let n = 0; n < hostileTexts.length; n++) {
      await visit(page, `&commit=${hashOf(2_000 + n)}`);
      await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
    }
    expect(
      await page.evaluate<boolean>('/[\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.innerText)'),
    ).toBe(false);
    expect(await page.locator('main img, dialog img, dialog b, dialog i').count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('signs in, filters, opens a commit, reviews it, sees it in the audit, and reads the digest', async () => {
    const { context, page, faults } = await openTab(browser, desktop);
    await page.goto(stack.dashboardUrl);
    expect(await accessibilityViolations(page)).toEqual([]);
    await screenshot(page, 'sign-in');
    await page.getByLabel('Token', { exact: true }).fill(stack.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await settled(page);

    await page.getByRole('button', { name: /clinic\/billing/ }).click();
    await page.getByRole('combobox', { name: 'Level' }).selectOption('critical');
    await page.getByRole('combobox', { name: 'Review' }).selectOption('unreviewed');
    expect(new URL(page.url()).search).toContain('repository=clinic%2Fbilling&review=unreviewed');
    await settled(page);
    const first = page.locator('.commits > li').first();
    await first.getByText('clinic/billing').waitFor();
    await first.locator('.open').click();
    await page.getByRole('heading', { name: 'Factors' }).waitFor();
    await page.getByRole('radio', { name: 'approved' }).check();
    await page.getByLabel('Note').fill('Looked at it with Bob.');
    await page.getByRole('button', { name: 'Save review' }).click();
    await page.getByText(/approved by local/).waitFor();
    await poll(async () => {
      await page.getByRole('button', { name: 'Read again' }).click();
      return (
        (await page
          .locator('.entries')
          .getByText(/reviewed by local/)
          .count()) > 0 || undefined
      );
    });
    await page.keyboard.press('Escape');
    await first.locator('.done', { hasText: 'approved' }).waitFor();

    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByText(/^Valid: \d+ entries/).waitFor();
    await page.locator('.digests .link').first().click();
    await page.getByText(/recorded, \d+ of them high or critical/).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await screenshot(page, 'digest');
    expect(faults).toEqual([]);
    await context.close();
  }, 60_000);

  it('reviews in place with the keyboard alone', async () => {
    const { context, page } = await openTab(browser, desktop);
    await visit(page, '&level=high');
    await settled(page);
    await page.locator('.commits .open').first().focus();
    await page.keyboard.press('j');
    const hash = await page.evaluate<string>(focusedCommit);
    await page.keyboard.press('r');
    // As a person sees where the focus is before the next key.
    await page.locator('input[type="radio"]:focus').waitFor();
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.type('seen');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator(`[data-commit="${hash}"] .done`, { hasText: 'acknowledged' }).waitFor();
    expect(await page.evaluate<string>(focusedCommit)).toBe(hash);
    await context.close();
  });

  it('gets the same view from the same address, in another tab, and back again', async () => {
    const { context, page } = await openTab(browser, desktop);
    await visit(page, '&framework=HIPAA&days=7');
    await settled(page);
    expect(await page.getByLabel('Days').inputValue()).toBe('7');
    await page.getByRole('button', { name: /framework: HIPAA/ }).click();
    await page.getByText('High-risk commits, riskiest first').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: /framework: HIPAA/ }).waitFor();
    await context.close();
  });

  it('keeps the token out of the address and in the tab', async () => {
    const { context, page } = await openTab(browser, desktop);
    await visit(page);
    await settled(page);
    expect(page.url()).not.toContain(stack.token.slice(0, 20));
    expect(await page.evaluate<number>('localStorage.length + document.cookie.length')).toBe(0);
    await page.reload();
    await page.locator('.commits .open').first().waitFor();
    const other = await context.newPage();
    await other.goto(`${stack.dashboardUrl}?tenant=${stack.tenantId}`);
    await other.getByLabel('Token', { exact: true }).waitFor();
    await context.close();
  });

  it('does not move when the answers come', async () => {
    const { context, page } = await openTab(browser, desktop);
    await page.addInitScript(`
      globalThis.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) globalThis.shift += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
    `);
    await visit(page);
    await settled(page);
    await page.locator('.u-wrap').waitFor();
    const shift = await page.evaluate<number>('globalThis.shift');
    // "Good" is below 0.1: https://web.dev/articles/cls
    expect(shift).toBeLessThan(0.05);
    await context.close();
  });

  it('asks for all it shows in one round', async () => {
    const { context, page } = await openTab(browser, desktop);
    const asked: string[] = [];
    let answered = 0;
    page.on('request', (request) => {
      if (request.url().includes('/v1/'))
        asked.push(`${answered === 0 ? 'first' : 'later'} ${request.url()}`);
    });
    page.on('response', (response) => {
      if (response.url().includes('/v1/')) answered++;
    });
    await visit(page);
    await settled(page);
    expect(asked).toHaveLength(5);
    expect(asked.filter((request) => request.startsWith('later'))).toEqual([]);
    await context.close();
  });

  it('is told that the token has expired, and goes on where it was after signing in', async () => {
    const { context, page } = await openTab(browser, desktop);
    await visit(page, '&level=high', `${stack.token.slice(0, -4)}AAAA`);
    await page
      .getByRole('alert')
      .getByText(/has expired/)
      .waitFor();
    await screenshot(page, 'expired');
    await page.getByLabel('Token', { exact: true }).fill(stack.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('.commits .open').first().waitFor();
    expect(await page.getByRole('combobox', { name: 'Level' }).inputValue()).toBe('high');
    await context.close();
  });

  it('is told that the service is down, and tries again', async () => {
    const { context, page } = await openTab(browser, desktop);
    await context.route('**/v1/**', (route) => route.abort());
    await visit(page);
    await page
      .getByText(/cannot be reached/)
      .first()
      .waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await screenshot(page, 'down');
    await context.unroute('**/v1/**');
    await page.locator('.list').getByRole('button', { name: 'Try again' }).click();
    await page.locator('.commits .open').first().waitFor();
    await context.close();
  });
});
