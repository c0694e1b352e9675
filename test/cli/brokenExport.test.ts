import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { giveName } from '../../cli/commands/auditExport';
import { type AuditEntry, exportLines, verifyExport } from '../../src/lib/audit';
import { hasPython, verifyInPython } from '../lib/audit/python';
import { listen } from './listen';
import { Program } from './program';

// The connection breaks, and whoever exports runs the same command again.

const golden = readFileSync(resolve(__dirname, '../golden/audit-export.ndjson'), 'utf8');
const items = golden
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as AuditEntry)
  .filter(({ id }) => id !== 'manifest');

let folder: string;
const program = new Program();

afterAll(() => program.dispose());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'broken-export-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An app with the golden log, that breaks each answer off after so many lines, and says which days it was asked for. */
async function breakingAfter(breaks: number[]) {
  const asked: string[] = [];
  const server = await listen(async ({ url = '' }, answer) => {
    const { searchParams } = new URL(url, 'http://app');
    const startDate = searchParams.get('startDate') ?? undefined;
    asked.push(startDate ?? 'all');
    const wanted = items.filter(({ auditDate }) => auditDate >= (startDate ?? ''));
    const lines: string[] = [];
    const options = { exportedAt: new Date(), ...(startDate !== undefined && { startDate }) };
    for await (const line of exportLines(wanted, options)) lines.push(line);
    answer.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const broken = breaks.shift();
    if (broken === undefined) return answer.end(lines.join(''));
    const [half = ''] = [lines[broken]];
    answer.write(lines.slice(0, broken).join('') + half.slice(0, half.length / 2), () =>
      setTimeout(() => answer.destroy(), 300),
    );
  });
  const run = (...args: string[]) =>
    program.run(
      [
        ...['--api-url', server.url, '--token', 't', '--tenant', 'tenant-001'],
        ...['audit', 'export', '--output', 'audit.ndjson', ...args],
      ],
      { cwd: folder },
    );
  return { asked, run, close: () => server.close() };
}

const dayEnds = items.flatMap(({ auditDate }, index) =>
  items[index + 1]?.auditDate === auditDate ? [] : [index + 1],
);

it('goes on from the last whole day, and what comes of it verifies as one export', async () => {
  const [first = 0, second = 0] = dayEnds;
  const app = await breakingAfter([first + 2, second - first + 1]);
  expect((await app.run()).code).toBe(3);
  expect((await app.run()).code).toBe(3);
  expect(readdirSync(folder)).toEqual(['audit.ndjson.part']);
  const done = await app.run();
  await app.close();
  expect(done).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^audit\.ndjson: 8 entries, head 8:/),
  });
  expect(app.asked).toEqual(['all', '2026-01-31', '2026-02-01']);
  expect(readdirSync(folder)).toEqual(['audit.ndjson']);
  const saved = readFileSync(join(folder, 'audit.ndjson'));
  const report = await verifyExport([saved]);
  expect(report).toMatchObject({ valid: true, entries: 8, notes: [] });
  expect(report.manifests).toMatchObject([
    { startDate: null, endDate: '2026-01-30', entries: 3 },
    { startDate: '2026-01-31', endDate: '2026-01-31', entries: 2 },
    { startDate: '2026-02-01', endDate: null, entries: 3 },
  ]);
  const kept = saved
    .toString()
    .split('\n')
    .filter((line) => line && !line.includes('"id":"manifest"'));
  expect(kept).toEqual(golden.split('\n').filter((line) => line && !line.includes('"id":"manifest"')));
  if (hasPython) expect(verifyInPython(saved)).toMatchObject({ valid: true, entries: 8, notes: [] });
}, 60_000);

it('begins anew where not one day had come whole, and ignores what is no export', async () => {
  const app = await breakingAfter([2]);
  expect((await app.run()).code).toBe(3);
  expect((await app.run()).code).toBe(0);
  rmSync(join(folder, 'audit.ndjson'));
  writeFileSync(join(folder, 'audit.ndjson.part'), 'something else\n');
  expect((await app.run()).code).toBe(0);
  await app.close();
  expect(app.asked).toEqual(['all', 'all', 'all']);
}, 60_000);

it('asks for nothing where only the name was missing, and never mixes ranges or tenants', async () => {
  const app = await breakingAfter([]);
  writeFileSync(join(folder, 'audit.ndjson.part'), golden);
  expect((await app.run()).code).toBe(0);
  expect(app.asked).toEqual([]);
  rmSync(join(folder, 'audit.ndjson'));
  writeFileSync(join(folder, 'audit.ndjson.part'), golden);
  expect((await app.run('--since', '2026-01-31')).code).toBe(0);
  expect(app.asked).toEqual(['2026-01-31']);
  rmSync(join(folder, 'audit.ndjson'));
  const other = golden.replaceAll('tenant-001', 'tenant-002');
  writeFileSync(join(folder, 'audit.ndjson.part'), other);
  expect(await app.run()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is of tenant tenant-002'),
  });
  await app.close();
  expect(readFileSync(join(folder, 'audit.ndjson.part'), 'utf8')).toBe(other);
}, 60_000);

it('gives the file its name where a file system has no hard links, and never replaces one', async () => {
  const [part, file] = [join(folder, 'a.part'), join(folder, 'a')];
  const noLink = () => Promise.reject(Object.assign(new Error('no links here'), { code: 'EPERM' }));
  writeFileSync(part, 'whole');
  await giveName(part, file, noLink);
  expect(readdirSync(folder)).toEqual(['a']);
  writeFileSync(part, 'another');
  await expect(giveName(part, file, noLink)).rejects.toMatchObject({ code: 'EEXIST' });
  expect(readFileSync(file, 'utf8')).toBe('whole');
});
