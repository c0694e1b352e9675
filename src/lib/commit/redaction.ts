/** Text with what must not be stored replaced, and which kinds were found (each once, in the order of the rules). */
export interface Redacted {
  text: string;
  kinds: string[];
}

interface Rule {
  kind: string;
  pattern: RegExp;
  /** Keeps what surrounds the secret; by default the whole match is replaced. */
  keep?: (match: string, groups: Record<string, string>) => { before: string; after: string } | undefined;
}

const whole = { before: '', after: '' };

// Every quantifier over an open character class is bounded, so that a hostile message costs linear time.
// Order matters: a private key or a token is told before the e-mail address or the number inside it.
const rules: readonly Rule[] = [
  {
    kind: 'private-key',
    pattern:
      /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  },
  { kind: 'jwt', pattern: /(?<![\w-])eyJ[\w-]{8,4096}\.eyJ[\w-]{2,8192}\.[\w-]{0,2048}/g },
  { kind: 'github-token', pattern: /(?<!\w)(?:gh[opsur]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255})(?!\w)/g },
  { kind: 'aws-key', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])/g },
  {
    kind: 'aws-key',
    pattern:
      /(?<before>aws_?secret_?(?:access_?)?key["']?\s{0,5}[:=]\s{0,5}["']?)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/gi,
    keep: (_, { before = '' }) => ({ before, after: '' }),
  },
  {
    kind: 'azure-key',
    pattern: /(?<before>(?:AccountKey|SharedAccessKey|SharedAccessSignature)=)[^\s;"']{20,512}/gi,
    keep: (_, { before = '' }) => ({ before, after: '' }),
  },
  { kind: 'azure-key', pattern: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==/g },
  { kind: 'google-key', pattern: /(?<!\w)AIza[\w-]{35}(?![\w-])/g },
  {
    kind: 'slack-token',
    pattern: /(?<!\w)xox[abeoprs]-[A-Za-z0-9-]{10,250}|https:\/\/hooks\.slack\.com\/services\/[\w/]{20,120}/g,
  },
  {
    kind: 'api-key',
    pattern:
      /(?<!\w)(?:sk|rk)_live_[A-Za-z0-9]{16,128}|(?<!\w)npm_[A-Za-z0-9]{36}(?!\w)|(?<!\w)glpat-[\w-]{20,64}/g,
  },
  {
    kind: 'credential',
    pattern:
      /(?<before>(?<!\w)(?:password|passwd|pwd|secret|api[_-]?key|access[_-]?token)["']?\s{0,3}[:=]\s{0,3}["']?)(?<value>[^\s"',;]{8,256})/gi,
    // "password: required" is prose; a secret mixes letters with digits.
    keep: (_, { before = '', value = '' }) =>
      /\d/.test(value) && /[A-Za-z]/.test(value) && !/^(?:https?:|\$\{|\[REDACTED)/.test(value)
        ? { before, after: '' }
        : undefined,
  },
  {
    kind: 'credential',
    pattern: /(?<before>:\/\/[\w.-]{1,64}:)[^\s/@:]{3,128}(?<after>@)/g,
    keep: (_, { before = '', after = '' }) => ({ before, after }),
  },
  { kind: 'ssn', pattern: /(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g },
  {
    kind: 'ssn',
    pattern:
      /(?<before>\b(?:SSN|social security (?:number|no\.?))\s{0,3}[:#=]?\s{0,3})\d{3}[ -]?\d{2}[ -]?\d{4}(?!\d)/gi,
    keep: (_, { before = '' }) => ({ before, after: '' }),
  },
  {
    kind: 'mrn',
    pattern:
      /(?<before>\b(?:MRN|medical record (?:number|no\.?|#))\s{0,3}[:#=]?\s{0,3})[A-Z]{0,3}-?\d{5,12}(?!\d)/gi,
    keep: (_, { before = '' }) => ({ before, after: '' }),
  },
  {
    kind: 'date-of-birth',
    pattern:
      /(?<before>\b(?:DOB|date of birth|birth ?date)\s{0,3}[:=]\s{0,3})\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/gi,
    keep: (_, { before = '' }) => ({ before, after: '' }),
  },
  {
    kind: 'email',
    pattern: /(?<![\w.%+-])[\w.%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])(?<next>:?)/g,
    keep: (match, { next = '' }) => {
      // git@github.com:owner/repository is an address of a repository; logo@2x.png is a file.
      if (/^git@/i.test(match) && next === ':') return undefined;
      return /\.(?:png|jpe?g|gif|svg|webp|js|ts|css|json|md)$/i.test(match)
        ? undefined
        : { before: '', after: next };
    },
  },
  // North American numbers with their separators, and international ones with a plus; bare digits are ids more often.
  {
    kind: 'phone',
    pattern:
      /(?<![\w.+/-])(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}(?![\w-]|\.\d)/g,
  },
  {
    kind: 'phone',
    pattern: /(?<![\w+])\+[1-9]\d{0,2}(?:[ .-]\(?\d{1,4}\)?){2,5}(?![\w-])|(?<![\w+])\+[1-9]\d{9,14}(?!\w)/g,
  },
];

/**
 * Replaces secrets and patient identifiers in free text by `[REDACTED:kind]`. Running it twice changes nothing more.
 * Patterns find what has a recognisable form; a name in a sentence has none.
 */
export function redact(text: string): Redacted {
  const kinds = new Set<string>();
  let redacted = text;
  for (const { kind, pattern, keep } of rules) {
    redacted = redacted.replace(pattern, (...args: unknown[]) => {
      const match = String(args[0]);
      const groups = args.at(-1);
      const kept = keep
        ? keep(match, typeof groups === 'object' && groups !== null ? (groups as Record<string, string>) : {})
        : whole;
      if (!kept) return match;
      kinds.add(kind);
      return `${kept.before}[REDACTED:${kind}]${kept.after}`;
    });
  }
  return { text: redacted, kinds: [...kinds] };
}
