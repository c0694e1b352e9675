import {
  type CommitContent,
  type CommitItem,
  combined,
  contentHashOf,
  type RecordChange,
  wellFormed,
} from '../commit';

/** A name as the audit log takes it: 1 to 320 characters, none of them a control character. A bad name stops no evidence. */
export function auditableActor(name: string): string {
  return wellFormed(name.replace(/\p{Cc}/gu, '\uFFFD').slice(0, 320)) || 'unknown';
}

/** The record with this content, and the change that made it so at the end of its history. What a legal hold keeps, it goes on keeping. */
export function nextRevision(
  existing: CommitItem | undefined,
  content: CommitContent,
  { action, actor: named, at }: Pick<RecordChange, 'action' | 'actor' | 'at'>,
): CommitItem {
  const actor = auditableActor(named);
  const contentHash = contentHashOf(content);
  const revision = (existing?.revision ?? 0) + 1;
  return combined(content, existing?.ttl === undefined ? {} : { ttl: existing.ttl }, {
    updatedAt: at,
    contentHash,
    revision,
    changes: [...(existing?.changes ?? []), { revision, action, actor, at, contentHash }],
  });
}
