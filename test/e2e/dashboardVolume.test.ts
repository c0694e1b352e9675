import { chromiumPath, openBrowser, openTab } from './browser';
import { startStackProcess, temporaryFolder } from './runningStack';

const commits = Number(process.env.DASHBOARD_COMMITS ?? 0);
const firstViewMs = 1_000;

// Minutes of filling: by hand, `DASHBOARD_COMMITS=100000 npx jest test/e2e/dashboardVolume`.
const atVolume = commits > 0 && chromiumPath !== undefined ? it : it.skip;

atVolume(
  `shows its first view within ${firstViewMs} ms of the page with ${commits} commits in the store`,
  async () => {
    const folder = await temporaryFolder();
    const stack = await startStackProcess(folder.path);
    const { browser, close } = await openBrowser();
    try {
      for (let from = 0; from < commits; from += 500) {
        const batch = Array.from({ length: Math.min(500, commits - from) }, (_, index) => {
          const n = from + index;
          return {
            commitHash: (n + 1).toString(16).padStart(40, '0'),
            message: `fix: change number ${n}`,
            timestamp: new Date(Date.now() - (n % 360) * 86_400_000).toISOString(),
            author: `author-${n % 50}@clinic.example`,
            repository: `clinic/repository-${n % 20}`,
            riskScore: (n % 100) / 100,
            filesChanged: [`src/phi/file-${n % 997}.ts`],
          };
        });
        const answer = await stack.call('/commits', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ commits: batch }),
        });
        expect(answer.status).toBe(200);
      }
      const times: number[] = [];
      for (let turn = 0; turn < 5; turn++) {
        const { context, page } = await openTab(browser, { width: 1280, height: 900, colorScheme: 'light' });
        await page.goto(`${stack.dashboardUrl}?tenant=${stack.tenantId}#token=${stack.token}`);
        const loaded = Date.now();
        await page.locator('.u-wrap').waitFor({ timeout: 30_000 });
        await page.locator('.commits .open').first().waitFor({ timeout: 30_000 });
        times.push(Date.now() - loaded);
        await context.close();
      }
      process.stdout.write(`first view with ${commits} commits: ${times.join(', ')} ms\n`);
      expect(times.sort((a, b) => a - b)[2]).toBeLessThan(firstViewMs);
    } finally {
      await close();
      await stack.kill();
      await folder.remove();
    }
  },
  1_200_000,
);
