import { generateKeyPairSync } from 'node:crypto';
import { InvalidConfig, parseConfig } from '../../src/lib/config';

const key = 'k'.repeat(32);
const environment = {
  COSMOS_ENDPOINT: 'https://account.documents.azure.com',
  COSMOS_CONNECTION__accountEndpoint: 'https://account.documents.azure.com',
  AUTH_ISSUERS: JSON.stringify([
    {
      id: 'test',
      issuer: 'https://issuer.example.org',
      audience: 'gitops-healthcare',
      jwksUri: 'https://issuer.example.org/keys',
      tenants: { claim: 'tenants' },
      roles: { claim: 'roles' },
    },
  ]),
  WEBHOOK_MASTER_KEY: key,
};

function wrongSettings(changes: Record<string, string | undefined>): string[] {
  try {
    parseConfig({ ...environment, ...changes });
  } catch (error) {
    if (error instanceof InvalidConfig) return error.issues.map(({ name }) => name).sort();
    throw error;
  }
  return [];
}

describe('the settings', () => {
  it('have the documented defaults', () => {
    expect(parseConfig(environment)).toMatchObject({
      cosmos: {
        database: 'gitops-healthcare',
        commitsContainer: 'commits',
        key: undefined,
        preferredRegions: [],
      },
      retentionDays: 2557,
      digestSchedule: '0 0 7 * * *',
      slowOperationMs: 100,
      webhookMasterKeys: [key],
    });
  });

  it('take a token for GitHub or the id and the key of an app, and never both', () => {
    const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString();
    const app = { GITHUB_APP_ID: '4711', GITHUB_APP_PRIVATE_KEY: pem };
    const { apiUrl, credentials } = parseConfig({ ...environment, ...app }).gitHub;
    expect([apiUrl, credentials]).toEqual([
      'https://api.github.com',
      { kind: 'app', appId: '4711', privateKey: pem },
    ]);
    // As a settings file holds it.
    const inOneLine = { ...app, GITHUB_APP_PRIVATE_KEY: pem.replaceAll('\n', '\\n') };
    expect(parseConfig({ ...environment, ...inOneLine }).gitHub.credentials).toEqual(credentials);
    expect(parseConfig({ ...environment, GITHUB_TOKEN: 'secret' }).gitHub.credentials).toEqual({
      kind: 'token',
      token: 'secret',
    });
    expect(parseConfig(environment).gitHub.credentials).toBeUndefined();
    expect(wrongSettings({ GITHUB_APP_ID: '4711' })).toEqual(['GITHUB_APP_PRIVATE_KEY']);
    expect(wrongSettings({ GITHUB_APP_PRIVATE_KEY: pem })).toEqual(['GITHUB_APP_PRIVATE_KEY']);
    expect(wrongSettings({ ...app, GITHUB_TOKEN: 'secret' })).toEqual(['GITHUB_TOKEN']);
    expect(wrongSettings({ ...app, GITHUB_APP_PRIVATE_KEY: 'no key' })).toContain('GITHUB_APP_PRIVATE_KEY');
  });

  it('are all named at once where they are missing or wrong', () => {
    expect(
      wrongSettings({
        COSMOS_ENDPOINT: undefined,
        COSMOS_CONNECTION__accountEndpoint: undefined,
        WEBHOOK_MASTER_KEY: 'short',
        SLOW_OPERATION_MS: 'fast',
        DIGEST_SCHEDULE: '7',
      }),
    ).toEqual([
      'COSMOS_CONNECTION',
      'COSMOS_ENDPOINT',
      'DIGEST_SCHEDULE',
      'SLOW_OPERATION_MS',
      'WEBHOOK_MASTER_KEY.0',
    ]);
  });

  it('never show a value in what is said of them', () => {
    expect(() =>
      parseConfig({ ...environment, WEBHOOK_MASTER_KEY: 'hunter2', AUTH_ISSUERS: '{"secret":"hunter2"' }),
    ).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }));
  });

  it('refuse to keep records for less than six years', () => {
    expect(wrongSettings({ RETENTION_DAYS: '2191' })).toEqual(['RETENTION_DAYS']);
    expect(wrongSettings({ RETENTION_DAYS: '2192' })).toEqual([]);
  });

  it('take an empty setting for an absent one', () => {
    expect(parseConfig({ ...environment, COSMOS_KEY: '', RETENTION_DAYS: '' })).toMatchObject({
      cosmos: { key: undefined },
      retentionDays: 2557,
    });
  });

  it('hold several master keys while one is rotated', () => {
    const newer = 'n'.repeat(40);
    expect(parseConfig({ ...environment, WEBHOOK_MASTER_KEY: `${newer}, ${key}` }).webhookMasterKeys).toEqual(
      [newer, key],
    );
  });

  it('need a connection for the triggers, by key or by identity', () => {
    expect(wrongSettings({ COSMOS_CONNECTION__accountEndpoint: undefined })).toEqual(['COSMOS_CONNECTION']);
    expect(
      wrongSettings({
        COSMOS_CONNECTION__accountEndpoint: undefined,
        COSMOS_CONNECTION: 'AccountEndpoint=…',
      }),
    ).toEqual([]);
  });
});
