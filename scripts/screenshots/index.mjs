// The terminal sessions of the README, from the real commands on a fresh stack: `node scripts/build.mjs && node scripts/screenshots/index.mjs`
// rewrites them, `--check` says whether they still are what the commands print (times, hashes of the log and days apart).
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeClinicRepository } from './clinicRepository.mjs';
import { terminalPicture } from './terminalPicture.mjs';

const columns = 80;
const startTimeoutMs = 90_000;
const picture = 'docs/images/session.svg';
const environment = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  COLUMNS: String(columns),
  FORCE_COLOR: '1',
};

const folder = mkdtempSync(join(tmpdir(), 'screenshots-'));
let stack;
try {
  const repository = join(folder, 'records');
  const hashOf = makeClinicRepository(repository);
  const data = join(folder, 'data');
  stack = await startStack(repository, data);
  const report = plain(asAtHome(stack.printed, data));
  const risky = hashOf('hotfix: skip permission check').slice(0, 10);
  const session = [
    'high-risk --threshold 0.4',
    `show ${risky}`,
    `review ${risky} rejected --note "The check has to stay."`,
    'rescore --dry-run --policy risk.json --show 1',
    'audit verify',
  ].map((command) => `$ gitops-healthcare ${command}\n${run(command, repository, data)}`);
  settle(report, session.join('\n'));
} finally {
  stack?.kill();
  rmSync(folder, { recursive: true, force: true });
}

/** Starts everything with the history in it. @returns what it printed until it was ready */
async function startStack(repository, data) {
  const args = [
    'dist/local/start.js',
    '--repo',
    repository,
    '--data',
    data,
    '--port',
    '0',
    '--cosmos-port',
    '0',
  ];
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8');
  const timer = setTimeout(() => child.kill(), startTimeoutMs);
  for await (const text of child.stdout) {
    printed += text;
    if (printed.includes('Ctrl-C')) break;
  }
  clearTimeout(timer);
  if (!printed.includes('Ready.')) throw new Error(`the stack did not become ready:\n${printed}`);
  return { printed, kill: () => child.kill('SIGKILL') };
}

function run(command, cwd, data) {
  const [, ...words] = `x ${command}`.match(/"[^"]*"|\S+/g).map((word) => word.replaceAll('"', ''));
  writeFileSync(join(cwd, 'risk.json'), JSON.stringify({ areas: { ci: { weight: 0.5 } } }));
  return execFileSync(process.execPath, [resolve('cli/bin.js'), '--data', data, ...words], {
    ...{ cwd, env: environment, encoding: 'utf8' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** The addresses that a reader gets, and no token. */
function asAtHome(text, data) {
  const { apiUrl, cosmosEndpoint, token } = JSON.parse(readFileSync(join(data, 'stack.json'), 'utf8'));
  return text
    .replaceAll(token, '…')
    .replaceAll(new URL(apiUrl).origin, 'http://localhost:7071')
    .replaceAll(cosmosEndpoint, 'http://127.0.0.1:8081')
    .replaceAll(data, '.local');
}

function plain(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  return text.replace(/\u001b\[\d*m/g, '');
}

/** Writes what is shown, or compares it with what was shown. */
function settle(report, session) {
  const readme = readFileSync('README.md', 'utf8');
  const shown = /(<!-- npm start -->\n```\n)([\s\S]*?)(```)/;
  const made = {
    'README.md': readme.replace(shown, (_, before, __, after) => `${before}${report.trim()}\n${after}`),
    [picture]: terminalPicture('A session with gitops-healthcare', session, columns),
  };
  for (const [file, text] of Object.entries(made)) {
    if (!process.argv.includes('--check')) writeFileSync(file, text);
    else if (lasting(readFileSync(file, 'utf8')) !== lasting(text)) {
      process.stderr.write(
        `${file} does not show what the commands print: node scripts/screenshots/index.mjs\n`,
      );
      process.exitCode = 1;
    }
  }
}

/** Without what differs from run to run. */
function lasting(text) {
  return text
    .replace(/\(\d+\.\d s, \d+ commits\/s\)/g, '(TIME)')
    .replace(/\b20\d\d-\d\d-\d\d(T[\d:.]+Z)?/g, 'DAY')
    .replace(/\b\d+ entries/g, 'N entries')
    .replace(/\b(head|entries, head) (?:\d+:)?[0-9a-f]{16,64}/g, '$1 HASH')
    .replace(/ textLength="[\d.]+"/g, '');
}
