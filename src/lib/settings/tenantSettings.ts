import * as z from 'zod';
import { CalendarDate, TenantId } from '../commit';
import { defaultRiskPolicy, mergeRiskPolicy, type RiskPolicy, RiskPolicyOverrides } from '../risk';

const Share = z.number().min(0).max(1);
const Name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 small letters, digits or "-"');

/** A secret itself never stands in the settings: only the name that the operator filed it under (`channelSecretSetting`). */
const SecretName = Name.meta({
  description: 'Name of the secret; the operator keeps it as an application setting, see docs/api.md',
});
const HttpsUrl = z
  .url({ protocol: /^https$/, error: 'must be an https address' })
  .max(2_000)
  .refine((url) => !/^https:\/\/[^/]*@/.test(url), { message: 'must not hold a user or a password' });

const channel = {
  name: Name,
  minLevel: z.enum(['low', 'medium', 'high', 'critical']).default('high'),
  announceCritical: z
    .boolean()
    .default(false)
    .meta({ description: 'Critical commits are told within two minutes, not only in the morning' }),
};

/** Where a digest goes. The addresses of Slack and Teams are secrets themselves: who knows one may post. */
const DigestChannel = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('slack'), ...channel, urlSecret: SecretName }),
  z.strictObject({ type: z.literal('teams'), ...channel, urlSecret: SecretName }),
  z.strictObject({ type: z.literal('email'), ...channel, to: z.array(z.email().max(320)).min(1).max(50) }),
  z.strictObject({ type: z.literal('webhook'), ...channel, url: HttpsUrl, signingSecret: SecretName }),
]);

const holdsMax = 50;

/** What lies in these days, both included, is kept although its time is over: commits, entries of the audit log and digests. */
const LegalHold = z
  .strictObject({
    name: Name,
    startDate: CalendarDate.meta({ format: 'date' }),
    endDate: CalendarDate.meta({ format: 'date' }),
    reason: z
      .string()
      .min(1)
      .max(500)
      .regex(/^[^\p{Surrogate}\p{Cc}]*$/u, 'must be well-formed text without controls')
      .meta({ description: 'Stands in the audit log' }),
  })
  .refine(({ startDate, endDate }) => startDate <= endDate, {
    path: ['startDate'],
    message: 'must not be after endDate',
  });
export type LegalHold = z.infer<typeof LegalHold>;

/** All that a tenant may set. Sent and stored whole, so that what is not there any more was taken away on purpose. */
export const TenantSettings = z
  .strictObject({
    risk: RiskPolicyOverrides.meta({ description: 'What differs from the default risk policy' }),
    thresholds: z.strictObject({
      highRisk: Share.meta({ description: 'Where high-risk commits begin, unless a query says otherwise' }),
    }),
    digest: z.strictObject({
      channels: z
        .array(DigestChannel)
        .max(20)
        .refine((channels) => new Set(channels.map(({ name }) => name)).size === channels.length, {
          message: 'must each have a name of their own',
        }),
    }),
    allowSelfReview: z.boolean().meta({ description: 'Authors may review their own commits' }),
    holds: z
      .array(LegalHold)
      .max(holdsMax)
      .refine((holds) => new Set(holds.map(({ name }) => name)).size === holds.length, {
        message: 'must each have a name of their own',
      })
      .meta({
        description:
          'Legal holds; where absent, those that stand go on standing. Applied by `audit hold apply`, see docs/recovery.md',
      })
      .optional(),
  })
  .meta({ id: 'TenantSettings' });
export type TenantSettings = z.infer<typeof TenantSettings>;

export const defaultTenantSettings: TenantSettings = Object.freeze({
  risk: {},
  thresholds: { highRisk: 0.7 },
  digest: { channels: [] },
  allowSelfReview: false,
});

/**
 * The risk policy of a tenant with these settings.
 * @throws ZodError where its own part does not fit into the default
 */
export function riskPolicyOf(settings: TenantSettings): RiskPolicy {
  return mergeRiskPolicy(defaultRiskPolicy, settings.risk);
}

/**
 * The application setting that holds a tenant's secret of that name. No tenant can name another's secret, nor any other setting:
 * `-` and `_` are spelled out, so that two tenants or names never share one.
 */
export function channelSecretSetting(tenantId: string, secretName: string): string {
  const spelled = (text: string) => text.replace(/[_-]/g, (mark) => (mark === '-' ? '_D' : '_U'));
  return `CHANNEL_SECRET__${spelled(TenantId.parse(tenantId))}__${spelled(Name.parse(secretName))}`;
}
