/** What one check came to. */
export interface Finding {
  /** What was looked at, in a word or two. */
  check: string;
  status: 'ok' | 'warning' | 'wrong' | 'skipped';
  /** What was seen, in a sentence. */
  message: string;
  /** Why it matters. */
  why?: string;
  /** The command or the setting that mends it. */
  mend?: string;
}

export const ok = (check: string, message: string): Finding => ({ check, status: 'ok', message });
export const skipped = (check: string, message: string): Finding => ({ check, status: 'skipped', message });
export const warning = (check: string, message: string, why: string, mend: string): Finding => ({
  check,
  status: 'warning',
  message,
  why,
  mend,
});
export const wrong = (check: string, message: string, why: string, mend: string): Finding => ({
  check,
  status: 'wrong',
  message,
  why,
  mend,
});
