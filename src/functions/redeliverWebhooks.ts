import { redeliver } from '../lib/ingest';
import { askGitHub } from './askGitHub';

askGitHub('redeliverWebhooks', '0 */10 * * * *', redeliver);
