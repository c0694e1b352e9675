import type * as z from 'zod';

export interface Answer {
  description: string;
  /** Of the JSON document; none where the answer has another form alone. */
  schema?: z.ZodType;
  /** Other media types that `Accept` may ask for, each with what it holds. */
  formats?: Readonly<Record<string, string>>;
}

/** What an HTTP function takes and answers, told once: the edge checks by it, and the OpenAPI document says it. */
export interface Contract {
  summary: string;
  description?: string;
  /** Of the query string; without one any parameter is refused. */
  query?: z.ZodType;
  /** Of the JSON body; the edge checks it before the handler runs. */
  body?: z.ZodType;
  /** Of a body that the handler reads for itself, because it may not be looked at, or not be refused, as a whole. */
  ownBody?: z.ZodType;
  /** The answer carries an ETag that `If-Match` may name. */
  hasVersions?: true;
  answers: Readonly<Record<number, Answer>>;
  /** Bodies as a person would write them, by name. Each runs as a test. */
  examples?: Readonly<Record<string, unknown>>;
}
