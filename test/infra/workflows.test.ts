import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { readFolder } from './bicep';

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, string>;
  env?: Record<string, string>;
}

interface Job {
  'timeout-minutes'?: number;
  permissions?: Record<string, string>;
  environment?: string;
  steps: Step[];
}

interface Workflow {
  name: string;
  permissions?: Record<string, string>;
  jobs: Record<string, Job>;
}

async function readWorkflows(): Promise<{ file: string; text: string; workflow: Workflow }[]> {
  const folders = ['.github/workflows', 'examples/github-actions'];
  const files = await Promise.all(
    folders.map(async (folder) =>
      [...(await readFolder(folder))].map(([file, text]) => ({ file: `${folder}/${file}`, text })),
    ),
  );
  return files
    .flat()
    .filter(({ file }) => /\.ya?ml$/.test(file))
    .map(({ file, text }) => ({
      file,
      text,
      workflow: parse(text, { strict: true, uniqueKeys: true }) as Workflow,
    }));
}

async function jobs() {
  const workflows = await readWorkflows();
  return workflows.flatMap(({ file, workflow }) =>
    Object.entries(workflow.jobs).map(([name, job]) => ({ where: `${file} ${name}`, workflow, job })),
  );
}

test('has workflows for checking, for deploying and as an example', async () => {
  const files = (await readWorkflows()).map(({ file }) => file);
  expect(files).toEqual(
    expect.arrayContaining([
      '.github/workflows/ci.yml',
      '.github/workflows/deploy.yml',
      'examples/github-actions/record-commits.yml',
    ]),
  );
});

test('pins every action to a commit and says which version that is', async () => {
  for (const { file, text } of await readWorkflows()) {
    const uses = text.split('\n').filter((line) => /\buses:/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    const loose = uses.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line));
    expect({ file, loose }).toEqual({ file, loose: [] });
  }
});

test('lets no job write to the repository, and only those that sign in ask for a token', async () => {
  for (const { where, workflow, job } of await jobs()) {
    const permissions = job.permissions ?? workflow.permissions;
    expect({ where, contents: permissions?.contents }).toEqual({ where, contents: 'read' });
    const signsIn = /azure\/login|record-commits/.test(JSON.stringify(job.steps));
    expect({ where, token: permissions?.['id-token'] === 'write' }).toEqual({ where, token: signsIn });
    expect(job['timeout-minutes']).toBeGreaterThan(0);
  }
});

test('stores no secret and leaves none behind', async () => {
  for (const { file, text } of await readWorkflows()) {
    expect({ file, secrets: text.match(/secrets\.\w+/g) }).toEqual({ file, secrets: null });
    const checkouts = text.split('actions/checkout@').length - 1;
    expect(text.split('persist-credentials: false').length - 1).toBe(checkouts);
  }
});

test('puts no text that somebody else chose into a command', async () => {
  for (const { where, job } of await jobs())
    for (const { run } of job.steps)
      expect({ where, run, expressions: run?.match(/\$\{\{/g) ?? null }).toEqual({
        where,
        run,
        expressions: null,
      });
});

test('runs only scripts and files that exist', async () => {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
    scripts: Record<string, string>;
  };
  const commands = (await jobs()).flatMap(({ job }) => job.steps.flatMap(({ run }) => run ?? []));
  const used = commands.flatMap((run) =>
    [...run.matchAll(/npm (?:run )?(\w+)/g)].map(([, name]) => name ?? ''),
  );
  expect(used.length).toBeGreaterThan(3);
  expect(used.filter((name) => name !== 'ci' && scripts[name] === undefined)).toEqual([]);
  const files = commands.flatMap((run) => run.match(/\b(infra|test)\/[\w./-]+/g) ?? []);
  for (const file of files.filter((path) => /\.\w+$/.test(path))) await readFile(file);
});

test('compiles the templates and shows what would change before it deploys', async () => {
  const deploy = (await readWorkflows()).find(({ file }) => file.endsWith('deploy.yml'))?.workflow;
  const runs = (job: string) => deploy?.jobs[job]?.steps.flatMap(({ run }) => run ?? []) ?? [];
  expect(runs('preview')).toEqual(
    expect.arrayContaining([
      expect.stringContaining('az bicep build --file infra/main.bicep'),
      'azd provision --preview --no-prompt',
    ]),
  );
  expect(deploy?.jobs.deploy).toMatchObject({ needs: 'preview' });
  expect(runs('deploy').slice(-2)).toEqual(['azd provision --no-prompt', 'azd deploy --no-prompt']);
});

test('runs a script at every hook of azd, on every system', async () => {
  const { hooks, services } = parse(await readFile('azure.yaml', 'utf8')) as {
    hooks: Record<string, Record<string, { run: string }>>;
    services: { api: { hooks: Record<string, Record<string, { run: string }>> } };
  };
  const all = Object.values({ ...hooks, ...services.api.hooks });
  expect(all.length).toBe(4);
  for (const { posix, windows } of all) {
    expect(posix?.run).toBe(windows?.run);
    await readFile(posix?.run.replace('node ', '') ?? '');
  }
});
