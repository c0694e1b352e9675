import examples from '@octokit/webhooks-examples';
import type { PushEvent } from '@octokit/webhooks-types';

/** Push payloads as GitHub publishes them. */
export const pushExamples = (examples.find(({ name }) => name === 'push')?.examples ?? []) as PushEvent[];
