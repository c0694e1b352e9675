// Before anything is made: who may call the app has been written down, and the parts of the settings fit together.
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const wrong = [];
const issuers = await readFile('infra/issuers.json', 'utf8');
if (/"0{8}-0000-0000-0000-0{12}"|"0"\s*:/.test(issuers))
  wrong.push('infra/issuers.json still holds the ids of the sample: docs/deploy.md, step 2.');

const { GITOPS_PROFILE = 'dev', GITOPS_SECONDARY_LOCATION = '', AZURE_LOCATION = '' } = process.env;
const { GITOPS_MULTIPLE_WRITE_REGIONS = 'false', GITOPS_WORKER_LOCATION = '' } = process.env;
const regions = [AZURE_LOCATION, GITOPS_SECONDARY_LOCATION].filter(Boolean);
if (!['dev', 'prod'].includes(GITOPS_PROFILE)) wrong.push('GITOPS_PROFILE must be dev or prod.');
if (GITOPS_PROFILE === 'dev' && GITOPS_SECONDARY_LOCATION)
  wrong.push('The profile dev is serverless and has one region: leave GITOPS_SECONDARY_LOCATION empty.');
if (GITOPS_PROFILE === 'prod' && !GITOPS_SECONDARY_LOCATION)
  wrong.push('The profile prod needs a second region: azd env set GITOPS_SECONDARY_LOCATION REGION.');
if (GITOPS_SECONDARY_LOCATION && GITOPS_SECONDARY_LOCATION === AZURE_LOCATION)
  wrong.push('GITOPS_SECONDARY_LOCATION must be another region than AZURE_LOCATION.');
if (GITOPS_MULTIPLE_WRITE_REGIONS === 'true' && GITOPS_PROFILE !== 'prod')
  wrong.push('GITOPS_MULTIPLE_WRITE_REGIONS is for the profile prod.');
if (GITOPS_WORKER_LOCATION && !regions.includes(GITOPS_WORKER_LOCATION))
  wrong.push(`GITOPS_WORKER_LOCATION must be one of ${regions.join(', ')}.`);

if (wrong.length > 0) {
  process.stderr.write(`${wrong.join('\n')}\n`);
  process.exit(1);
}

// The first month of a budget cannot be changed later, so the first deployment's is kept in the environment.
if (!process.env.GITOPS_BUDGET_START_DATE && process.env.AZURE_ENV_NAME) {
  const month = new Date().toISOString().slice(0, 7);
  execFileSync('azd', ['env', 'set', 'GITOPS_BUDGET_START_DATE', `${month}-01`], { stdio: 'inherit' });
}
