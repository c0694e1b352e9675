import { type AuditHead, genesisHash } from './format';
import type { AuditProblem } from './report';

/** The last entry, as far as the next one depends on it. */
export interface Link {
  sequence: number;
  auditDate: string;
  id: string;
  hash: string;
  /** What the next entry may name as its predecessor; undefined where nothing is known. */
  hashes: readonly string[] | undefined;
  /** What this one may have named. */
  previousHashes: readonly string[] | undefined;
  previousHash: string;
  sound: boolean;
  finding?: AuditProblem | undefined;
  /** Blames the entry before this one, unless the next one or the head says that this one is the wrong one. */
  breach?: AuditProblem | undefined;
  /** The last entry where the day goes on behind its head. */
  beyond?: { link: Link; finding: AuditProblem; head: AuditHead };
  /** The head names another hash than this entry has. */
  disputed?: { finding: AuditProblem; id: string; auditDate: string };
}

/** Stands before the first entry. */
export const genesis: Link = {
  sequence: 0,
  auditDate: '',
  id: '',
  hash: genesisHash,
  hashes: [genesisHash],
  previousHashes: [],
  previousHash: '',
  sound: true,
};
