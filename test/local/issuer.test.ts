import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { openLocalIssuer } from '../../local/issuer';
import { createAuthenticator, type Role } from '../../src/lib/auth';
import { Issuer } from '../../src/lib/config';

let folder: string;
let dataDir: string;
let keyFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-issuer-'));
  dataDir = join(folder, 'data');
  keyFile = join(dataDir, 'issuer-key.json');
});
afterEach(() => rm(folder, { recursive: true }));

it('issues tokens that an authenticator with its entry accepts', async () => {
  const local = await openLocalIssuer(dataDir);
  const token = await local.issueToken({ tenants: ['t1'], roles: ['commits.read'], subject: 'ada' });
  await expect(createAuthenticator([local.issuer])(`Bearer ${token}`)).resolves.toEqual({
    subject: 'local:ada',
    names: ['ada'],
    issuer: 'urn:gitops-healthcare:local',
    tenants: ['t1'],
    roles: ['commits.read'],
  });
});

it('describes itself in a form that AUTH_ISSUERS takes, without its private key', async () => {
  const { issuer } = await openLocalIssuer(dataDir);
  expect(Issuer.parse(JSON.parse(JSON.stringify(issuer)))).toEqual(issuer);
  expect(issuer.jwks?.keys[0]).toHaveProperty('x');
  expect(issuer.jwks?.keys[0]).not.toHaveProperty('d');
});

it('keeps its key, so that tokens outlive a restart', async () => {
  const before = await openLocalIssuer(dataDir);
  const token = await before.issueToken({ tenants: ['t1'], roles: ['admin'] });
  const after = await openLocalIssuer(dataDir);
  expect(after.issuer).toEqual(before.issuer);
  await expect(createAuthenticator([after.issuer])(`Bearer ${token}`)).resolves.toMatchObject({
    roles: ['admin'],
  });
});

it.each([
  ['a wildcard', ['*'], ['admin']],
  ['a path', ['../t1'], ['admin']],
  ['a role that there is not', ['t1'], ['root']],
])('issues no token for %s', async (_, tenants, roles) => {
  const { issueToken } = await openLocalIssuer(dataDir);
  await expect(issueToken({ tenants, roles: roles as Role[] })).rejects.toThrow();
});

const onUnix = process.platform === 'win32' ? it.skip : it;

onUnix('keeps its key from other users of the machine', async () => {
  await openLocalIssuer(dataDir);
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  await chmod(keyFile, 0o644);
  await openLocalIssuer(dataDir);
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
});

it('gives every one of many processes that start at once the same whole key', async () => {
  const program = join(folder, 'open.mjs');
  await build({
    stdin: {
      contents: `import { openLocalIssuer } from './local/issuer';
        openLocalIssuer(process.argv[2]).then(({ issuer }) => console.log(issuer.jwks.keys[0].kid));`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
  });
  const starts = await Promise.all(
    Array.from({ length: 6 }, () => promisify(execFile)(process.execPath, [program, dataDir])),
  );
  const inProcess = await Promise.all(Array.from({ length: 6 }, () => openLocalIssuer(dataDir)));
  const kids = [
    ...starts.map(({ stdout }) => stdout.trim()),
    ...inProcess.map(({ issuer }) => issuer.jwks?.keys[0]?.kid),
  ];
  expect(new Set(kids)).toEqual(new Set([JSON.parse(await readFile(keyFile, 'utf8')).kid]));
  expect(await readdir(dataDir)).toEqual(['issuer-key.json']);
});

it('is not disturbed by the half-written draft of a start that was killed', async () => {
  await mkdir(dataDir);
  await writeFile(`${keyFile}.4711.draft`, '{"kty":"EC","crv"');
  const { issuer, issueToken } = await openLocalIssuer(dataDir);
  const token = await issueToken({ tenants: ['t1'], roles: [] });
  await expect(createAuthenticator([issuer])(`Bearer ${token}`)).resolves.toMatchObject({ roles: [] });
});

it('says which file to delete when the key file holds something else', async () => {
  await mkdir(dataDir);
  await writeFile(keyFile, 'not a key');
  await expect(openLocalIssuer(dataDir)).rejects.toThrow(`${keyFile} does not hold a key`);
});
