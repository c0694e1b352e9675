import packageJson from '../../../package.json';
import { routes } from '../routes';
import { type OpenApiDocument, openApiDocument } from './openApiDocument';

let document: OpenApiDocument | undefined;

/** The OpenAPI document of this app, made with the first call. */
export function apiDocument(): OpenApiDocument {
  document ??= openApiDocument(routes, { version: packageJson.version, prefix: '/api' });
  return document;
}
