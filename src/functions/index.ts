// The entry of the bundle: importing a file registers its function.
import './auditCommit';
import './auditHead';
import './dailyDigest';
import './getCommit';
import './getDigest';
import './githubWebhook';
import './healthLive';
import './healthReady';
import './highRiskCommits';
import './ingestCommits';
import './processDelivery';
import './queryAudit';
import './queryCommits';
import './queryDigests';
import './reviewCommit';
import './verifyAudit';
