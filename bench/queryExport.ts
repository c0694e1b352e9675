import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLoadedApp } from './loadedApp';

/** Memory of a process, now and at its highest, in MB. Linux only. */
function residentMb(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const value = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  return { now: value('VmRSS'), peak: value('VmHWM') };
}

/** Streams so many commits (100,000) of one tenant as each kind, to a caller that reads at once and to one that dawdles. */
export function run([count = '100000']: string[]): Promise<void> {
  return withLoadedApp(Number(count), async ({ apiUrl, tenantId, token, pid }) => {
    const ask = (path: string, accept: string) =>
      fetch(`${apiUrl}/v1/tenants/${tenantId}/${path}`, {
        headers: { authorization: `Bearer ${token}`, accept },
      });
    await (await ask('commits?limit=1', 'application/json')).text();
    process.stdout.write(`before: ${residentMb(pid).now.toFixed(0)} MB\n`);
    const range = 'commits?startDate=2000-01-01&endDate=2099-01-01&minRisk=0';
    for (const [path, accept, pauseMs] of [
      [range, 'text/csv', 0],
      [range, 'application/x-ndjson', 0],
      ['high-risk-commits?days=366&threshold=0', 'application/sarif+json', 0],
      [range, 'application/x-ndjson', 20],
    ] as const) {
      const startedAt = performance.now();
      const answer = await ask(path, accept);
      let bytes = 0;
      for await (const chunk of answer.body ?? []) {
        bytes += (chunk as Uint8Array).byteLength;
        if (pauseMs > 0) await sleep(pauseMs);
      }
      const { now, peak } = residentMb(pid);
      process.stdout.write(
        `${accept}${pauseMs > 0 ? ', a slow caller' : ''}: ${(bytes / 1e6).toFixed(0)} MB in ${((performance.now() - startedAt) / 1000).toFixed(1)} s; host ${now.toFixed(0)} MB, at most ${peak.toFixed(0)} MB\n`,
      );
    }
  });
}
