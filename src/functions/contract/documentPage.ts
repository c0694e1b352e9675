import type { OpenApiDocument, Operation } from './openApiDocument';

export const documentStyle = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; }
h1 { margin-bottom: 0; }
h2 { border-bottom: 1px solid; margin-top: 2.5rem; }
h3 { font: 600 1rem/1.4 ui-monospace, monospace; margin: 1.5rem 0 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { border-top: 1px solid #8886; padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top; }
pre { background: #8882; overflow-x: auto; padding: .75rem; }
code { font: .875rem/1.4 ui-monospace, monospace; }
`;

/** The document as one page: no script, nothing loaded from anywhere; it reads by keyboard and by screen reader. */
export function documentPage(document: OpenApiDocument): string {
  const { info, tags, paths, components } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const prefix = document.servers[0]?.url ?? '';
  const sections = tags.map(({ name, description }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name));
    if (own.length === 0) return '';
    return `<section aria-labelledby="tag-${name}"><h2 id="tag-${name}">${text(name)}</h2><p>${text(description)}</p>
${own.map(({ path, method, operation }) => operationOf(`${method.toUpperCase()} ${prefix}${path}`, operation)).join('\n')}</section>`;
  });
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `<h3 id="schema-${name}">${text(name)}</h3>${folded('Schema', schema)}`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(info.title)} API</title><style>${documentStyle}</style></head>
<body><header><h1>${text(info.title)} API ${text(info.version)}</h1><p>${text(info.description)}</p>
<p><a href="openapi.json">OpenAPI 3.1 document</a></p>
<nav aria-label="Operations"><ul>${operations
    .map(
      ({ operation: { operationId, summary } }) => `<li><a href="#${operationId}">${text(summary)}</a></li>`,
    )
    .join('')}</ul></nav></header>
<main>${sections.join('\n')}<section aria-labelledby="schemas"><h2 id="schemas">schemas</h2>${schemas.join('\n')}</section></main>
</body></html>`;
}

function operationOf(title: string, operation: Operation): string {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  const body = requestBody?.content['application/json'];
  const examples = Object.entries((body?.examples ?? {}) as Record<string, { value: unknown }>);
  return `<article><h3 id="${operationId}">${text(title)}</h3>
<p>${text(summary)}. ${text(description ?? '')}</p><p>Access: ${text(accessOf(operation))}</p>
${parameters.length > 0 ? parameterTable(operation) : ''}
${body ? folded('Body', body.schema) : ''}
${examples.map(([name, { value }]) => folded(`Example: ${name}`, value)).join('')}
<table><caption>Answers</caption><thead><tr><th scope="col">status</th><th scope="col">what</th><th scope="col">as</th></tr></thead>
<tbody>${Object.entries(responses)
    .map(([status, response]) => `<tr><th scope="row">${status}</th>${answerCells(response)}</tr>`)
    .join('')}</tbody></table></article>`;
}

function accessOf({ security: [scheme] }: Operation): string {
  if (!scheme) return 'everybody';
  return scheme.bearer
    ? `bearer token with the role ${scheme.bearer.join(', ')}`
    : 'signature of the webhook';
}

function parameterTable({ parameters }: Operation): string {
  const rows = parameters.map(
    (parameter) =>
      `<tr><th scope="row"><code>${text(parameter.name)}</code></th><td>${parameter.in}${parameter.required ? ', required' : ''}</td>
<td>${text(parameter.description ?? '')} <code>${text(JSON.stringify(parameter.schema))}</code></td></tr>`,
  );
  return `<table><caption>Parameters</caption><thead><tr><th scope="col">name</th><th scope="col">in</th><th scope="col">what</th></tr></thead>
<tbody>${rows.join('')}</tbody></table>`;
}

function answerCells(response: Record<string, unknown>): string {
  if ('$ref' in response) return '<td>A problem</td><td>application/problem+json</td>';
  const content = Object.entries((response.content ?? {}) as Record<string, { schema: { $ref?: string } }>);
  const types = content.map(([type, { schema }]) => {
    const name = schema.$ref?.split('/').at(-1);
    return name === undefined ? text(type) : `${text(type)}: <a href="#schema-${name}">${name}</a>`;
  });
  return `<td>${text(String(response.description))}</td><td>${types.join('<br>')}</td>`;
}

function folded(title: string, value: unknown): string {
  return `<details><summary>${text(title)}</summary><pre tabindex="0"><code>${text(JSON.stringify(value, null, 2))}</code></pre></details>`;
}

function text(value: string): string {
  return value.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
