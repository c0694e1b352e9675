import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, HostBench, type HostProcess } from './hostProcess';

let bench: HostBench;
let appDirectory: string;
const settings = { YEARLY: '0 0 0 1 1 *' };

beforeAll(async () => {
  bench = await HostBench.open();
  appDirectory = await bench.buildApp({ entry: 'timers.ts' });
});

afterAll(() => bench.close());

let folders = 0;
const dataDirectory = (): string => join(bench.directory, `data-${++folders}`);
const start = (data: string): Promise<HostProcess> =>
  bench.start(appDirectory, settings, ['--no-auth', '--data', data]);

const runNow = (host: HostProcess, name: string): Promise<Response> =>
  fetch(`${host.url}/admin/functions/${name}`, { method: 'POST', body: '{}' });

interface Run {
  isPastDue: boolean;
  schedule: { adjustForDST: boolean };
  scheduleStatus: { last: string; next: string; lastUpdated: string } | null;
  retry?: number;
}

async function runOf(host: HostProcess, name: string): Promise<Run> {
  const [, json = ''] = await host.shows(new RegExp(`${name}: ran (.*)`));
  return JSON.parse(json);
}

it('runs a timer when it is due, and keeps no state of one that runs more than once a minute', async () => {
  const host = await start(dataDirectory());
  const run = await runOf(host, 'everySecond');
  expect(run).toEqual({ isPastDue: false, schedule: { adjustForDST: true }, scheduleStatus: null });
  await host.shows(/everySecond: ran .*\n(.*\n)*.*everySecond: ran/);
  await host.end();
});

it('runs a timer at start that asks for it, with settings in its schedule filled in', async () => {
  const host = await start(dataDirectory());
  const { isPastDue, scheduleStatus } = await runOf(host, 'atStart');
  expect(isPastDue).toBe(false);
  expect(scheduleStatus?.next).toBe(`${new Date().getUTCFullYear() + 1}-01-01T00:00:00+00:00`);
  await host.end();
});

it('makes up once, at start, for an occurrence missed while no host ran', async () => {
  const data = dataDirectory();
  const statusPath = join(data, 'timers/daily.json');
  const missed = {
    Last: '2020-01-01T07:00:00+00:00',
    Next: '2020-01-02T07:00:00+00:00',
    LastUpdated: '2020-01-01T07:00:00+00:00',
  };
  await mkdir(join(data, 'timers'), { recursive: true });
  await writeFile(statusPath, JSON.stringify(missed));

  const host = await start(data);
  const run = await runOf(host, 'daily');
  expect(run).toMatchObject({ isPastDue: true, scheduleStatus: { last: missed.Last, next: missed.Next } });
  const stored = await eventually(async () => {
    const status = JSON.parse(await readFile(statusPath, 'utf8'));
    return status.Last === missed.Last ? undefined : status;
  });
  expect(Date.parse(stored.Next)).toBeGreaterThan(Date.now());
  await host.end();

  const again = await start(data);
  await runOf(again, 'everySecond');
  expect(again.output()).not.toMatch('daily: ran');
  await again.end();
});

it('counts a changed schedule from the last run, in place of the stored next one', async () => {
  const data = dataDirectory();
  await mkdir(join(data, 'timers'), { recursive: true });
  const at = new Date().toISOString();
  const stored = { Last: at, Next: '2020-01-01T00:00:00+00:00', LastUpdated: at };
  await writeFile(join(data, 'timers/daily.json'), JSON.stringify(stored));
  const host = await start(data);
  await runOf(host, 'everySecond');
  expect(host.output()).not.toMatch('daily: ran');
  await host.end();
});

it('runs a timer on the admin endpoint’s word, not past due, and leaves its schedule alone', async () => {
  const host = await start(dataDirectory());
  expect((await runNow(host, 'daily')).status).toBe(202);
  const { isPastDue, scheduleStatus } = await runOf(host, 'daily');
  expect(isPastDue).toBe(false);
  expect(scheduleStatus?.last).toBe('0001-01-01T00:00:00');
  expect((await runNow(host, 'unmonitored')).status).toBe(202);
  expect((await runOf(host, 'unmonitored')).scheduleStatus).toBeNull();
  await host.end();
});

it('obeys the retry policy of a timer', async () => {
  const host = await start(dataDirectory());
  await runNow(host, 'retried');
  expect(await runOf(host, 'retried')).toMatchObject({ retry: 2 });
  await host.end();
});

it('lets one host of several run a timer, and another take over when that one is killed', async () => {
  const data = dataDirectory();
  const first = await start(data);
  await runOf(first, 'everySecond');
  const second = await start(data);
  await eventually(() => (first.output().match(/everySecond: ran/g) ?? []).length >= 3 || undefined);
  expect(second.output()).not.toMatch(/everySecond: ran|atStart: ran/);
  await first.end('SIGKILL');
  await runOf(second, 'everySecond');
  await second.end();
});

it('names a schedule that it cannot read, and runs the other functions', async () => {
  const host = await start(dataDirectory());
  await host.shows(
    /'invalid' function is in error: .*'sometimes' was not recognized as a valid cron expression/,
  );
  const functions = await (await fetch(`${host.url}/admin/functions/invalid/status`)).json();
  expect(functions).toEqual({ errors: [expect.stringContaining('sometimes')] });
  await host.end();
});
