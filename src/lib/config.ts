import { createPrivateKey } from 'node:crypto';
import * as z from 'zod';
import { type Issuer, Issuers } from './issuers';

export { Issuer, Role, type TokenIssuer } from './issuers';

/** Seven calendar years hold at most two leap days. */
const retentionDaysDefault = 2557;
/** Six years: 45 CFR 164.316(b)(2)(i). */
const retentionDaysMin = 2192;

const commaList = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);

const number = (fallback: number) =>
  z.string().trim().regex(/^\d+$/, 'must be a whole number').default(String(fallback)).transform(Number);

const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'must be valid JSON' });
    return z.NEVER;
  }
});

/** A settings file holds a key in one line, with `\\n` for the ends of its lines. */
const privateKey = z.string().transform((text, context) => {
  const pem = text.replaceAll('\\n', '\n');
  try {
    if (createPrivateKey(pem).asymmetricKeyType === 'rsa') return pem;
  } catch {
    // What Node says of it may hold a part of the key.
  }
  context.addIssue({ code: 'custom', message: 'must be the private key of the GitHub App (RSA, PEM)' });
  return z.NEVER;
});

const Environment = z
  .object({
    COSMOS_ENDPOINT: z.url({ protocol: /^https?$/ }),
    COSMOS_KEY: z.string().min(1).optional(),
    AZURE_CLIENT_ID: z.string().min(1).optional(),
    COSMOS_DATABASE: z.string().min(1).default('gitops-healthcare'),
    COSMOS_CONTAINER: z.string().min(1).default('commits'),
    COSMOS_PREFERRED_REGIONS: commaList.default([]),
    COSMOS_CONNECTION: z.string().min(1).optional(),
    COSMOS_CONNECTION__accountEndpoint: z.url({ protocol: /^https?$/ }).optional(),
    RETENTION_DAYS: number(retentionDaysDefault)
      .refine((days) => days >= retentionDaysMin, {
        message: `must be at least ${retentionDaysMin} (six years, 45 CFR 164.316(b)(2)(i))`,
      })
      .refine((days) => days <= 24_855, {
        message: 'must be at most 24855 (the longest TTL that Cosmos DB keeps)',
      }),
    AUTH_ISSUERS: json.pipe(Issuers),
    WEBHOOK_MASTER_KEY: commaList.pipe(
      z.array(z.string().min(32, 'each key must have at least 32 characters')).min(1),
    ),
    GITHUB_TOKEN: z.string().min(1).optional(),
    GITHUB_APP_ID: z
      .string()
      .regex(/^[\w.-]{1,100}$/, "must be the app's id or client id")
      .optional(),
    GITHUB_APP_PRIVATE_KEY: privateKey.optional(),
    GITHUB_API_URL: z.url({ protocol: /^https?$/ }).default('https://api.github.com'),
    DIGEST_SCHEDULE: z
      .string()
      .regex(/^\S+(\s+\S+){5}$/, 'must have six fields: second minute hour day month weekday')
      .default('0 0 7 * * *'),
    PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
    SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
    SMTP_FROM: z.string().min(3).max(320).optional(),
    SLOW_OPERATION_MS: number(100),
    APPLICATIONINSIGHTS_CONNECTION_STRING: z.string().min(1).optional(),
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: z
      .string()
      .regex(/(^|;)\s*Authorization=AAD\s*(;|$)/i, 'must hold Authorization=AAD')
      .optional(),
  })
  .refine(
    (env) => env.COSMOS_CONNECTION !== undefined || env.COSMOS_CONNECTION__accountEndpoint !== undefined,
    {
      path: ['COSMOS_CONNECTION'],
      message: 'is missing (or COSMOS_CONNECTION__accountEndpoint for an identity)',
      // Told together with whatever else is wrong.
      when: () => true,
    },
  )
  .refine((env) => (env.GITHUB_APP_ID === undefined) === (env.GITHUB_APP_PRIVATE_KEY === undefined), {
    path: ['GITHUB_APP_PRIVATE_KEY'],
    message: 'and GITHUB_APP_ID belong together: set both or none',
    when: () => true,
  })
  .refine((env) => env.GITHUB_TOKEN === undefined || env.GITHUB_APP_ID === undefined, {
    path: ['GITHUB_TOKEN'],
    message: 'is not used beside GITHUB_APP_ID: set one of them',
    when: () => true,
  });

/** How the app says who it is when it asks GitHub. */
export type GitHubCredentials =
  | { kind: 'token'; token: string }
  /** The key as PEM. */
  | { kind: 'app'; appId: string; privateKey: string };

export interface Config {
  cosmos: {
    endpoint: string;
    /** Absent in production: the managed identity is used instead. */
    key: string | undefined;
    identityClientId: string | undefined;
    database: string;
    commitsContainer: string;
    preferredRegions: string[];
  };
  retentionDays: number;
  issuers: Issuer[];
  /** The newest first: it signs; all of them verify. */
  webhookMasterKeys: string[];
  gitHub: {
    /** Absent: GitHub is not asked. */
    credentials: GitHubCredentials | undefined;
    /** Without a slash at its end. */
    apiUrl: string;
  };
  /** NCRONTAB with six fields, UTC. */
  digestSchedule: string;
  /** Where people reach the app, without `/api`; absent: messages carry no links. */
  publicUrl: string | undefined;
  /** The mail server with its user and password, and the sender of mails; absent: channels of mail fail and say so. */
  smtpUrl: string | undefined;
  smtpFrom: string | undefined;
  /** The secrets of channels by the name of their setting, `CHANNEL_SECRET__…`. */
  channelSecrets: Readonly<Record<string, string>>;
  slowOperationMs: number;
  applicationInsightsConnectionString: string | undefined;
  /** By which identity telemetry is sent; `none` where the connection string is enough. */
  applicationInsightsIdentity: 'none' | 'system-assigned' | { clientId: string };
}

/** Settings that are missing or wrong. The message names every one of them and never a value. */
export class InvalidConfig extends Error {
  constructor(readonly issues: { name: string; message: string }[]) {
    super(`Wrong settings: ${issues.map(({ name, message }) => `${name} ${message}`).join('; ')}`);
    this.name = 'InvalidConfig';
  }
}

/**
 * Reads and checks every setting at once. An empty setting counts as absent.
 * @throws InvalidConfig
 */
export function parseConfig(environment: Record<string, string | undefined>): Config {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  // Once a process: compiling the check would take longer than it saves.
  const parsed = Environment.safeParse(present, { jitless: true });
  if (!parsed.success) {
    throw new InvalidConfig(
      parsed.error.issues.map(({ path, message }) => {
        const [name, ...rest] = path.map(String);
        const missing =
          name !== undefined &&
          rest.length === 0 &&
          present[name] === undefined &&
          !message.startsWith('is missing');
        return { name: [name, ...rest].join('.'), message: missing ? 'is missing' : message };
      }),
    );
  }
  const env = parsed.data;
  return Object.freeze({
    cosmos: Object.freeze({
      endpoint: env.COSMOS_ENDPOINT,
      key: env.COSMOS_KEY,
      identityClientId: env.AZURE_CLIENT_ID,
      database: env.COSMOS_DATABASE,
      commitsContainer: env.COSMOS_CONTAINER,
      preferredRegions: env.COSMOS_PREFERRED_REGIONS,
    }),
    retentionDays: env.RETENTION_DAYS,
    issuers: env.AUTH_ISSUERS,
    webhookMasterKeys: env.WEBHOOK_MASTER_KEY,
    gitHub: Object.freeze({
      credentials: gitHubCredentials(env),
      apiUrl: env.GITHUB_API_URL.replace(/\/+$/, ''),
    }),
    digestSchedule: env.DIGEST_SCHEDULE,
    publicUrl: env.PUBLIC_URL,
    smtpUrl: env.SMTP_URL,
    smtpFrom: env.SMTP_FROM,
    channelSecrets: Object.freeze(
      Object.fromEntries(
        Object.entries(present).flatMap(([name, value]) =>
          name.startsWith('CHANNEL_SECRET__') && value !== undefined ? [[name, value]] : [],
        ),
      ),
    ),
    slowOperationMs: env.SLOW_OPERATION_MS,
    applicationInsightsConnectionString: env.APPLICATIONINSIGHTS_CONNECTION_STRING,
    applicationInsightsIdentity: identityIn(env.APPLICATIONINSIGHTS_AUTHENTICATION_STRING),
  });
}

function gitHubCredentials(env: z.output<typeof Environment>): GitHubCredentials | undefined {
  const { GITHUB_TOKEN: token, GITHUB_APP_ID: appId, GITHUB_APP_PRIVATE_KEY: key } = env;
  if (token !== undefined) return { kind: 'token', token };
  return appId !== undefined && key !== undefined ? { kind: 'app', appId, privateKey: key } : undefined;
}

/** `Authorization=AAD`, and `ClientId=…` for an identity of the user's, as the Functions host reads them. */
function identityIn(authentication: string | undefined): Config['applicationInsightsIdentity'] {
  if (authentication === undefined) return 'none';
  const clientId = /(?:^|;)\s*ClientId=([^;\s]+)/i.exec(authentication)?.[1];
  return clientId === undefined ? 'system-assigned' : { clientId };
}

let config: Config | undefined;

/** The settings of this process, read once, at the first call. */
export function loadConfig(): Config {
  config ??= parseConfig(process.env);
  return config;
}
