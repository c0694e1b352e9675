/**
 * Every attribute that may leave the process; whatever has another name is dropped before it is sent. None of them can hold a
 * message, an e-mail address, a path of a repository or a token. The names are OpenTelemetry's where it has one:
 * https://opentelemetry.io/docs/specs/semconv/database/cosmosdb/ and https://opentelemetry.io/docs/specs/semconv/http/
 */
export const attributeNames = [
  'azure.cosmosdb.connection.mode',
  'azure.cosmosdb.operation.request_charge',
  'azure.cosmosdb.response.sub_status_code',
  'azure.resource_provider.namespace',
  'db.collection.name',
  'db.namespace',
  'db.operation.name',
  'db.response.returned_rows',
  'db.response.status_code',
  'db.system.name',
  'error.type',
  'faas.name',
  'gitops.cosmosdb.activity_id',
  'gitops.cosmosdb.requests',
  'gitops.cosmosdb.retries',
  'gitops.risk.level',
  'http.request.method',
  'http.response.status_code',
  'server.address',
] as const;

export type AttributeName = (typeof attributeNames)[number];

/** Absent values are left out. */
export type Attributes = Partial<Record<AttributeName, string | number | undefined>>;

const allowed = new Set<string>(attributeNames);

/** The attributes that may be sent. */
export function allowedAttributes(attributes: Attributes): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      (entry): entry is [string, string | number] => entry[1] !== undefined && allowed.has(entry[0]),
    ),
  );
}
