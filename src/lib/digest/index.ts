export { type Digest, type DigestCommit, makeDigest } from './makeDigest';
