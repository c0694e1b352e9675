import type { RiskPolicy } from './policy';

/** Whether commits of any of these repositories (`owner/name`) have to carry a verified signature by the policy. */
export function repositorySigns(
  repositories: readonly string[],
  { signedRepositories }: RiskPolicy,
): boolean {
  if (signedRepositories.length === 0) return false;
  const names = repositories.map((name) => name.toLowerCase());
  return signedRepositories.some((signed) => {
    const wanted = signed.toLowerCase();
    return wanted.endsWith('/*')
      ? names.some((name) => name.startsWith(wanted.slice(0, -1)))
      : names.includes(wanted);
  });
}
