import { execFile, execFileSync } from 'node:child_process';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const files = ['deploy', 'recovery', 'troubleshooting', 'compliance', 'configuration'].map(
  (name) => `docs/${name}.md`,
);
const readAll = () => Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));

interface Block {
  file: string;
  code: string;
  /** Marked with `<!-- run -->`: it can be run on any machine. */
  runs: boolean;
}

/** The shell blocks of a document, without the indentation of a list. */
function blocksOf(file: string, text: string): Block[] {
  return [...text.matchAll(/(<!-- run -->\n *)?```sh\n([\s\S]*?)```/g)].map(([, mark, code]) => ({
    file,
    runs: mark !== undefined,
    code: (code ?? '').replace(/^ {3}/gm, '').replace(/\\\n\s*/g, ' '),
  }));
}

const readBlocks = async () => (await readAll()).flatMap(({ file, text }) => blocksOf(file, text));

beforeAll(async () => {
  // `npm test` has built everything; a single test file may be run before.
  const outputs = ['dist/cli/index.js', 'dist/functions/index.js'];
  const present = await Promise.allSettled(outputs.map((file) => access(file)));
  if (present.some(({ status }) => status === 'rejected'))
    execFileSync(process.execPath, ['scripts/build.mjs']);
}, 60_000);

test('runs every command that can run without an account', async () => {
  const blocks = (await readBlocks()).filter(({ runs }) => runs);
  expect(blocks.length).toBeGreaterThanOrEqual(5);
  for (const { file, code } of blocks) {
    const { NODE_OPTIONS: _, JEST_WORKER_ID: __, ...env } = process.env;
    const outcome = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', code], { env }).then(
      () => 'ran',
      (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
    );
    expect({ file, code, outcome }).toEqual({ file, code, outcome: 'ran' });
  }
}, 120_000);

test('marks every command of the product itself, or needs an account for it', async () => {
  const needs = /\baz |\bazd |--api-url|--settings|--repo|commits --tenant|func start/;
  const unmarked = (await readBlocks()).filter(
    ({ runs, code }) => !runs && /node (cli|infra)\//.test(code) && !needs.test(code),
  );
  expect(unmarked).toEqual([]);
});

test('uses only commands and options that the command line has', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gitops-test-'));
  try {
    const program = join(folder, 'cli.js');
    await build({
      entryPoints: ['cli/index.ts'],
      outfile: program,
      bundle: true,
      platform: 'node',
      target: 'node20.18',
      external: ['lmdb'],
      logLevel: 'silent',
    });
    const texts = await readAll();
    const lines = texts.flatMap(({ text }) =>
      [...text.matchAll(/node cli\/bin\.js ([^`\n|)]+)/g)].map(([, line]) => line ?? ''),
    );
    expect(lines.length).toBeGreaterThan(10);
    for (const line of new Set(lines.filter((words) => !words.includes('--help')))) {
      const words = /^(audit (hold )?)?[a-z-]+/.exec(line)?.[0].split(' ') ?? [];
      const help = execFileSync(process.execPath, [program, ...words, '--help'], { encoding: 'utf8' });
      const unknown = (line.match(/--[a-z-]+/g) ?? []).filter((option) => !help.includes(option));
      expect({ line, usage: help.split('\n')[0], unknown }).toEqual({
        line,
        usage: expect.stringContaining(words.join(' ')),
        unknown: [],
      });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('leads nowhere that does not exist', async () => {
  for (const { file, text } of await readAll()) {
    const targets = [...text.matchAll(/\]\(([^)#]+?)(#[^)]*)?\)/g)].map(([, target]) => target ?? '');
    for (const target of targets.filter((path) => !/^https?:/.test(path)))
      await access(join(dirname(file), target));
    const named = [...text.matchAll(/`((?:infra|examples|src|docs|\.github)\/[\w./-]+\.\w+)`/g)].map(
      ([, path]) => path ?? '',
    );
    for (const path of named) await access(path);
  }
});

test('sets only variables that a deployment reads', async () => {
  const parameters = await readFile('infra/main.parameters.json', 'utf8');
  const blocks = await readBlocks();
  const set = blocks.flatMap(({ code }) =>
    [...code.matchAll(/azd env set (\w+)/g)].map(([, name]) => name ?? ''),
  );
  expect(set.length).toBeGreaterThan(6);
  expect(set.filter((name) => !parameters.includes(`\${${name}`))).toEqual([]);
  const outputs = await readFile('infra/main.bicep', 'utf8');
  const read = blocks.flatMap(({ code }) =>
    [...code.matchAll(/azd env get-value (\w+)/g)].map(([, name]) => name ?? ''),
  );
  expect(read.filter((name) => !outputs.includes(`output ${name} `))).toEqual([]);
});

test('says for every alert what to do', async () => {
  const alerts = JSON.parse(await readFile('infra/alerts.json', 'utf8')) as { name: string }[];
  const template = await readFile('infra/modules/alerts.bicep', 'utf8');
  const metric = [...template.matchAll(/metricAlerts@[^{]*\{\n {2}name: '([\w-]+)'/g)].map(
    ([, name]) => name ?? '',
  );
  expect(metric.length).toBe(3);
  const names = [...alerts.map(({ name }) => name), ...metric];
  const guide = await readFile('docs/troubleshooting.md', 'utf8');
  const rows = guide
    .slice(guide.indexOf('## What each alert'))
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(names.filter((name) => !rows.some((row) => row.includes(`\`${name}\``)))).toEqual([]);
});

test('calls an alert switched off exactly where it is', async () => {
  const alerts = JSON.parse(await readFile('infra/alerts.json', 'utf8')) as {
    name: string;
    enabled: boolean;
  }[];
  const guide = await readFile('docs/troubleshooting.md', 'utf8');
  for (const { name, enabled } of alerts) {
    const row = guide.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
    expect({ name, enabled: !row.includes('not switched on yet') }).toEqual({ name, enabled });
  }
});

test('says the truth about who may replace audit entries', async () => {
  const roles = JSON.parse(await readFile('infra/data-roles.json', 'utf8')) as {
    containers: string[];
    actions: string[];
  }[];
  const auditor = roles.find(({ containers }) => containers.includes('audit'));
  const page = await readFile('docs/compliance.md', 'utf8');
  expect(page.includes('It can replace items in the container `audit`')).toBe(
    auditor?.actions.includes('containers/items/replace'),
  );
  const deletable = roles.filter(({ actions }) => actions.includes('containers/items/delete'));
  expect(deletable.flatMap(({ containers }) => containers)).toEqual(['commits', 'deliveries', 'leases']);
  expect(page).toMatch(/It can delete items in `commits` and\s+`deliveries`/);
});
