/**
 * `npm run describe-admin` writes schema/admin.openapi.json, the description of the admin API: its
 * paths from the table of endpoints, its schemas from our types. The generator of schemas is
 * downloaded on demand, because it includes a compiler of its own. Tests check every real answer
 * and every failure class against the file.
 */

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AdminEndpoint, adminEndpoints } from '../src/gateway/admin/admin.ts';
import { version } from '../src/version.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const description = {
  openapi: '3.1.0',
  info: {
    title: 'Holdfast admin API',
    version,
    description:
      'What a running gateway knows. Times are epoch milliseconds; no answer holds a secret.',
  },
  paths: Object.assign({}, ...Object.entries(adminEndpoints).map(describeEndpoint)),
  components: {
    securitySchemes: { adminKey: { type: 'http', scheme: 'bearer' } },
    schemas: readSchemas(),
  },
  security: [{ adminKey: [] }],
};
const text = JSON.stringify(description, undefined, 2).replaceAll(
  '#/definitions/',
  '#/components/schemas/',
);
writeFileSync(join(root, 'schema/admin.openapi.json'), `${text}\n`);

/** Covers every type that answers.ts exports. */
function readSchemas(): object {
  const words = [
    '--path',
    'src/gateway/admin/answers.ts',
    '--tsconfig',
    'tsconfig.json',
    '--no-type-check',
  ];
  const made = execFileSync('npx', ['--yes', 'ts-json-schema-generator@2.9.0', ...words], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  return JSON.parse(made).definitions;
}

/** Returns its path, and the one with a parameter. */
function describeEndpoint([name, endpoint]: readonly [string, AdminEndpoint]): object {
  const { method = 'GET', param, query = [], summary, returns } = endpoint;
  const [all, one] = returns;
  const path = `/admin/${name}`;
  const names = query.map((word) => ({ name: word, in: 'query', schema: { type: 'string' } }));
  const whole = {
    [path]: {
      [method.toLowerCase()]: describeOperation({ summary, returns: all, parameters: names }),
    },
  };
  if (param === undefined) return whole;
  const parameters = [{ name: param, in: 'path', required: true, schema: { type: 'string' } }];
  return {
    ...whole,
    [`${path}/{${param}}`]: { get: describeOperation({ summary, returns: one, parameters }) },
  };
}

function describeOperation({
  summary,
  returns,
  parameters,
}: {
  readonly summary: string;
  readonly returns: string | undefined;
  readonly parameters: readonly object[];
}): object {
  const content =
    returns === undefined
      ? { 'text/event-stream': {} }
      : { 'application/json': { schema: refer(returns) } };
  return {
    summary,
    parameters,
    responses: {
      200: { description: summary, content },
      default: {
        description: 'Refused.',
        content: { 'application/json': { schema: refer('ErrorAnswer') } },
      },
    },
  };
}

function refer(name: string): object {
  return name === 'Description' ? { type: 'object' } : { $ref: `#/components/schemas/${name}` };
}
