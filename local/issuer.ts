import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type { Role } from '../src/lib/auth';
import { TenantId } from '../src/lib/commit';
import { Role as RoleName, type TokenIssuer } from '../src/lib/issuers';

export interface TokenOptions {
  tenants: string[];
  roles: Role[];
  /** Default `developer`. */
  subject?: string;
  /** A time span as `jose` reads it, `15m` for instance. Default `24h`. */
  expiresIn?: string;
}

export interface LocalIssuer {
  /** Ready for AUTH_ISSUERS, with the public key written out. */
  issuer: TokenIssuer;
  /** @throws where a tenant id or a role is not one; there is no wildcard. */
  issueToken(options: TokenOptions): Promise<string>;
}

const algorithm = 'ES256';
const audience = 'gitops-healthcare';
const keyFileName = 'issuer-key.json';

async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg: algorithm, use: 'sig', kid: await calculateJwkThumbprint(jwk) };
}

/**
 * Puts a new key in place unless there is one. The whole file is on disk under another name before `link`, which fails
 * where the name is taken: of two starts at once one wins, and nobody ever reads half a key.
 */
async function createKeyFile(path: string): Promise<void> {
  const draft = `${path}.${process.pid}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(JSON.stringify(await makeKey()));
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
}

async function readKeyFile(path: string): Promise<JWK | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
  try {
    return JSON.parse(text) as JWK;
  } catch {
    throw new Error(
      `${path} does not hold a key. Delete it to get a new one; tokens made before will be refused.`,
    );
  }
}

async function openKey(dataDir: string): Promise<JWK> {
  const path = join(dataDir, keyFileName);
  const existing = await readKeyFile(path);
  if (existing !== undefined) return existing;
  await mkdir(dataDir, { recursive: true });
  await createKeyFile(path);
  const created = await readKeyFile(path);
  if (created === undefined) throw new Error(`${path} disappeared while it was made.`);
  return created;
}

/**
 * The local stack's own issuer of tokens. Its ES256 key is made at the first start and kept in
 * `dataDir/issuer-key.json`, readable by its owner alone, so tokens outlive a restart. May be opened by several
 * processes at once; all get the same key.
 */
export async function openLocalIssuer(
  dataDir: string,
  issuerUrl = 'urn:gitops-healthcare:local',
): Promise<LocalIssuer> {
  const { d, ...publicKey } = await openKey(dataDir);
  const privateKey = await importJWK({ ...publicKey, d }, algorithm);
  return {
    issuer: {
      id: 'local',
      issuer: issuerUrl,
      audience,
      jwks: { keys: [publicKey] },
      algorithms: [algorithm],
      tenants: { claim: 'tenants' },
      roles: { claim: 'roles' },
      subject: { claim: 'sub' },
    },
    issueToken: async ({ tenants, roles, subject = 'developer', expiresIn = '24h' }) =>
      new SignJWT({
        tenants: tenants.map((id) => TenantId.parse(id)),
        roles: roles.map((role) => RoleName.parse(role)),
      })
        .setProtectedHeader({ alg: algorithm, kid: publicKey.kid, typ: 'JWT' })
        .setIssuer(issuerUrl)
        .setSubject(subject)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(expiresIn)
        .sign(privateKey),
  };
}
