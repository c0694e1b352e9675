import { Argument, Command } from 'commander';
import type { CommitItem } from '../../src/lib/commit';
import { riskText } from '../commitTable';
import { clientOf } from '../settings';
import { commitHash } from './arguments';
import { examples, prepare } from './globals';
import { findCommit } from './show';

const statuses = ['approved', 'rejected', 'acknowledged', 'false-positive'] as const;
type Status = (typeof statuses)[number];

export function reviewCommand(): Command {
  const command = new Command('review')
    .summary('record that somebody has looked at a commit')
    .description(
      'Record that you have looked at a commit, and what you found. Goes into the audit log. Refused where the record changed since it was read.',
    )
    .argument('<hash>', 'the commit', commitHash)
    .addArgument(new Argument('<status>', 'what you found').choices(statuses))
    .option('--note <text>', 'why')
    .action(run);
  return examples(command, 'review 1f0c9d8e7b6a approved --note "ticket 4711"');
}

async function run(hash: string, status: Status, _: unknown, command: Command): Promise<void> {
  const { flags, output, connection } = await prepare<{ note?: string }>(command);
  const client = clientOf(connection);
  const { commit, etag } = await findCommit(client, hash);
  const reviewed = await client.json<CommitItem>(`/commits/${commit.commitHash}/review`, {
    method: 'PUT',
    body: { status, note: flags.note },
    headers: etag ? { 'if-match': etag } : {},
  });
  if (output.json) return output.document(reviewed);
  output.line(
    `${reviewed.commitHash.slice(0, 10)} (${riskText(reviewed)}): ${reviewed.review?.status} by ${reviewed.review?.reviewer}`,
  );
}
