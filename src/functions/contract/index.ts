import packageJson from '../../../package.json';
import { type RouteName, routes } from '../routes';
import { contracts } from './contracts';
import { type OpenApiDocument, openApiDocument } from './openApiDocument';

let document: OpenApiDocument | undefined;

/** The OpenAPI document of this app, made with the first call. */
export function apiDocument(): OpenApiDocument {
  if (document) return document;
  const names = Object.keys(routes) as RouteName[];
  const calls = Object.fromEntries(names.map((name) => [name, { ...routes[name], ...contracts[name] }]));
  document = openApiDocument(calls, { version: packageJson.version, prefix: '/api' });
  return document;
}
