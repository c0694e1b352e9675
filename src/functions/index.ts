// The entry of the bundle: importing a file registers its function.
import { app } from '@azure/functions';
import './telemetry';
import './auditCommit';
import './auditHead';
import './auditSettings';
import './coverage';
import './dailyDigest';
import './dashboard';
import './docs';
import './enrichCommits';
import './exportAudit';
import './getCommit';
import './getDigest';
import './getSettings';
import './githubWebhook';
import './healthLive';
import './healthReady';
import './highRiskCommits';
import './ingestCommits';
import './openapi';
import './processDelivery';
import './putSettings';
import './queryAudit';
import './queryCommits';
import './queryDeliveries';
import './queryDigests';
import './redeliverWebhooks';
import './replayDelivery';
import './rescoreCommits';
import './reviewCommit';
import './sendMessages';
import './stats';
import './verifyAudit';

// A whole range as CSV or NDJSON must never be in memory at once. With this every HTTP handler returns a response object.
app.setup({ enableHttpStream: true });
