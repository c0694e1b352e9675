import fc from 'fast-check';
import { type App, openApp } from './app';

let app: App;
beforeAll(async () => {
  app = await openApp();
}, 60_000);
afterAll(() => app?.close());

const commit = (commitHash: string, second: number) => ({
  commitHash,
  message: 'x',
  // Few seconds, so that many commits share one and the hash decides.
  timestamp: new Date(Date.UTC(2025, 0, 1 + (second % 4), 12, 0, second % 3)).toISOString(),
  // Few scores too, and some below the threshold.
  riskScore: [0.95, 0.8, 0.7, 0.3][second % 4],
  author: 'dev@example.org',
});

interface Page {
  items: { commitHash: string; timestamp: string; riskScore: number }[];
  nextCursor: string | null;
}

it.each([
  ['by time', 'commits?startDate=2025-01-01&endDate=2025-01-31', () => true],
  // They are old, but were first seen today.
  ['by risk', 'high-risk-commits?days=1', (second: number) => second % 4 < 3],
])(
  'a walk %s sees each commit that was there when it began exactly once, whatever is written meanwhile',
  async (order, path, matches) => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(11), { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(11), { maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        async (seconds, later, limit) => {
          const tenant = `${order.replace(' ', '-')}-${run++}`;
          const post = (commits: object[]) =>
            app.call([tenant], `v1/tenants/${tenant}/commits`, {
              method: 'POST',
              body: JSON.stringify({ commits }),
            });
          const there = seconds.map((second, n) => commit(`there${String(n).padStart(4, '0')}`, second));
          await post(there);
          const writing = (async () => {
            for (const [n, second] of later.entries()) {
              await post([commit(`later${String(n).padStart(4, '0')}`, second)]);
              await app.call(
                [tenant],
                `v1/tenants/${tenant}/commits/${there[n % there.length]?.commitHash}/review`,
                {
                  method: 'PUT',
                  body: JSON.stringify({ status: 'acknowledged', note: String(n) }),
                },
              );
            }
          })();
          const seen: Page['items'] = [];
          let cursor: string | null = '';
          while (cursor !== null) {
            const answer: Response = await app.call(
              [tenant],
              `v1/tenants/${tenant}/${path}&limit=${limit}${cursor && `&cursor=${cursor}`}`,
            );
            const page = (await answer.json()) as Page;
            expect(page.items.length).toBeLessThanOrEqual(limit);
            seen.push(...page.items);
            cursor = page.nextCursor;
          }
          await writing;
          const hashes = seen.map(({ commitHash }) => commitHash);
          expect(new Set(hashes).size).toBe(hashes.length);
          expect(hashes.filter((hash) => hash.startsWith('there')).toSorted()).toEqual(
            there
              .filter((_, n) => matches(seconds[n] ?? 0))
              .map(({ commitHash }) => commitHash)
              .toSorted(),
          );
          const places = seen.map(({ timestamp, riskScore }) =>
            order === 'by time' ? timestamp : `${riskScore.toFixed(2)} ${timestamp}`,
          );
          expect(places).toEqual(places.toSorted().toReversed());
        },
      ),
      { numRuns: 8, endOnFailure: true },
    );
  },
  120_000,
);
