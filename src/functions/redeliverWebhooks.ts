import { redeliver } from '../lib/ingest';
import { askGitHub } from './askGitHub';

export const redeliverWebhooks = askGitHub(redeliver);
