import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse as parseYaml } from 'yaml';
import { createAuthenticator, refusals, requireRole } from '../../../src/lib/auth';
import { CommitInput } from '../../../src/lib/commit';
import { Role } from '../../../src/lib/config';
import { Issuers } from '../../../src/lib/issuers';
import { GitHub } from './gitHub';

const document = readFileSync('docs/security.md', 'utf8');
const blocks = (language: string) =>
  [...document.matchAll(new RegExp(`^ *\`\`\`${language}\\n([^]*?)^ *\`\`\``, 'gm'))].map(
    ([, text = '']) => text,
  );

it('names tests that exist', () => {
  const named = [...document.matchAll(/`(test\/[\w./]+)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});

it('lists the very reasons that a token can be refused for', () => {
  const rows = [...document.matchAll(/^\| `([\w-]+)` \| (.+) \|$/gm)].map(([, code, meaning]) => [
    code,
    meaning,
  ]);
  const { 'missing-token': _, ...listed } = refusals;
  expect(Object.fromEntries(rows)).toEqual(listed);
});

it('names every role', () => {
  for (const role of Role.options) expect(document).toContain(`\`${role}\``);
});

it('shows settings that are taken as they stand, even all together', () => {
  const entries = blocks('json').flatMap((text) => JSON.parse(text));
  expect(Issuers.parse(entries).map(({ id }) => id)).toEqual(['hospital-idp', 'entra', 'github-actions']);
});

describe('whoever follows the steps for GitHub Actions', () => {
  const [entry] = blocks('json')
    .flatMap((text) => JSON.parse(text))
    .filter(({ preset }) => preset === 'github-actions');
  const workflow = parseYaml(blocks('yaml').join()) as Workflow;
  let github: GitHub;
  beforeAll(async () => {
    github = await GitHub.start();
  });
  afterAll(() => github.stop());

  const authenticator = () => createAuthenticator(Issuers.parse([{ ...entry, issuer: github.issuer }]));
  const { env, run } = workflow.jobs.record.steps.find((step) => step.run !== undefined) ?? {};

  it('gets a run of the own organisation in, for the own tenant only, and no other run', async () => {
    const call = async (ownerId: string) =>
      authenticator()(`Bearer ${await github.token(env?.AUDIENCE ?? '', ownerId)}`);
    await expect(call('65')).resolves.toMatchObject({ tenants: ['clinic'], roles: ['commits.write'] });
    await expect(call('66')).resolves.toMatchObject({ tenants: [] });
  });

  it('lets the job ask for a token', () => {
    expect(workflow.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
  });

  const tools = ['bash', 'curl', 'jq', 'git'];
  const isEquipped = tools.every((tool) => spawnSync(tool, ['--version']).status === 0);
  (isEquipped ? it : it.skip)(
    `sends the pushed commit by the script as printed (needs ${tools})`,
    async () => {
      const repository = await repositoryWithTwoCommits();
      try {
        const { stdout } = await promisify(execFile)('bash', ['-e', '-o', 'pipefail', '-c', run ?? ''], {
          cwd: repository.path,
          env: {
            PATH: process.env.PATH,
            ...env,
            COMMITS: `${github.origin}${new URL(env?.COMMITS ?? '').pathname}`,
            GITHUB_REPOSITORY: 'clinic/records',
            ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'a-request-token',
            ACTIONS_ID_TOKEN_REQUEST_URL: `${github.origin}/token?api-version=2.0`,
          },
        });
        const [sent] = github.received;
        expect(sent?.path).toBe('/api/v1/tenants/clinic/commits');
        const principal = await authenticator()(sent?.authorization ?? null);
        expect(() => requireRole(principal, 'clinic', 'commits.write')).not.toThrow();
        expect(stdout).toContain(`::add-mask::${sent?.authorization?.slice('Bearer '.length)}`);
        expect(CommitInput.parse(sent?.body)).toMatchObject({
          commitHash: repository.head,
          message: 'fix: "two" files\n\nwith \\ a body\n',
          author: 'ada@clinic.example',
          repository: 'clinic/records',
          filesChanged: ['a b.txt', 'x/é.js'],
        });
      } finally {
        await repository.remove();
      }
    },
  );
});

interface Workflow {
  permissions: Record<string, string>;
  jobs: { record: { steps: { run?: string; env?: Record<string, string> }[] } };
}

async function repositoryWithTwoCommits() {
  const path = await mkdtemp(join(tmpdir(), 'security-document-'));
  const git = (...args: string[]) =>
    promisify(execFile)('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@clinic.example', ...args], {
      cwd: path,
    });
  await git('init', '--quiet');
  await git('commit', '--quiet', '--allow-empty', '--message', 'first');
  await mkdir(join(path, 'x'));
  await writeFile(join(path, 'a b.txt'), 'a');
  await writeFile(join(path, 'x/é.js'), 'b');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'fix: "two" files\n\nwith \\ a body');
  const head = (await git('rev-parse', 'HEAD')).stdout.trim();
  return { path, head, remove: () => rm(path, { recursive: true }) };
}
