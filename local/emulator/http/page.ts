/** What one of the emulator's own pages answers. */
export interface PageAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export const textPage = (status: number, body: string): PageAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

export const jsonPage = (status: number, body: unknown): PageAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
