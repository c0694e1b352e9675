import type { Connection } from '../settings';
import { checkApp, checkToken } from './app';
import { type Finding, skipped } from './finding';
import { checkGitHub, checkIssuers, checkStorage } from './outside';
import { readAppSettings } from './settings';

export type { Finding } from './finding';
export { queryBoth, storeSample } from './sample';

/** The app from outside: what anybody who can reach it may know. For after a deployment. */
export async function examineUrl(apiUrl: string, tenantId: string): Promise<Finding[]> {
  return checkApp(apiUrl.replace(/\/+$/, ''), tenantId);
}

/** Everything that can be looked at from here. @throws CliFailure where the settings file cannot be read */
export async function examine(
  connection: (Omit<Connection, 'token'> & { token?: string }) | undefined,
  tenantId: string,
  settingsFile: string | undefined,
): Promise<Finding[]> {
  const settings = await readAppSettings(settingsFile, connection?.stack);
  const findings = [...settings.findings];
  if (connection) {
    findings.push(...(await checkApp(connection.apiUrl, tenantId)));
    if (connection.token !== undefined) {
      findings.push(await checkToken(connection.apiUrl, tenantId, connection.token));
    }
  } else findings.push(skipped('app', 'no address: --api-url URL, or start the local stack (npm start)'));
  if (settings.cosmos) {
    // The database's library is large, and no other command needs it.
    const { checkDatabase } = await import('./database');
    findings.push(...(await checkDatabase(settings.cosmos, settings.retentionDays, tenantId)));
  }
  if (settings.config) {
    findings.push(...(await checkIssuers(settings.config.issuers)));
    findings.push(await checkGitHub(settings.config.gitHub));
    findings.push(await checkStorage(settings.environment));
  }
  return findings;
}
