// After a deployment: the same package to the other regions, a look at the app from outside, and what to do next.
import { execFile, spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const { AZURE_RESOURCE_GROUP: group, GITOPS_API_URL: apiUrl, GITOPS_KEY_VAULT_NAME: vault } = process.env;
const others = (process.env.GITOPS_OTHER_APP_NAMES ?? '').split(',').filter(Boolean);
if (!apiUrl) throw new Error('GITOPS_API_URL comes from azd provision.');

if (others.length > 0) {
  const file = 'dist/app.zip';
  await run('azd', ['package', 'api', '--output-path', file, '--no-prompt']);
  for (const name of others) {
    const words = [
      'functionapp',
      'deployment',
      'source',
      'config-zip',
      '--resource-group',
      group,
      '--name',
      name,
    ];
    await run('az', [...words, '--src', file]);
    process.stdout.write(`Deployed to ${name}.\n`);
  }
}

/** New roles and Key Vault references take minutes to be known everywhere. */
const deadline = Date.now() + Number(process.env.GITOPS_PATIENCE_MS ?? 600_000);
const doctor = () =>
  spawnSync(process.execPath, ['cli/bin.js', 'doctor', '--url', apiUrl], { encoding: 'utf8' });
let report = doctor();
while (report.status !== 0 && Date.now() < deadline) {
  await delay(Math.min(15_000, Math.max(0, deadline - Date.now())));
  report = doctor();
}
process.stdout.write(report.stdout);
if (report.status !== 0) {
  process.stderr.write(`${report.stderr}\nThe app does not answer as it should: docs/troubleshooting.md\n`);
  process.exit(1);
}

process.stdout.write(`
Webhook address   ${apiUrl}/v1/tenants/TENANT/webhooks/github
Its secret        WEBHOOK_MASTER_KEY="$(az keyvault secret show --vault-name ${vault} \\
                    --name ${process.env.GITOPS_WEBHOOK_KEY_NAME} --query value --output tsv)" \\
                    node cli/bin.js webhook-secret TENANT
Content type      application/json; events: only "push"
`);
