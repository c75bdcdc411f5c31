/**
 * Writes docs/config.md from the config schema. Pure: `npm run docs` puts the text on disk, a test
 * compares it.
 */

import { z } from 'zod';
import { configSchema } from '../../src/config/schema/schema.ts';
import { unwrapSchema } from '../../src/config/schema/schema-walk.ts';
import { defaults } from '../../src/model/defaults.ts';

/** The page is beside it. */
const credentials = 'docs/credentials.md';

const HEADER = `# Configuration

<!-- Generated from src/config/schema/schema.ts by \`npm run docs\`. Do not edit. -->

\`$XDG_CONFIG_HOME/holdfast/config.yaml\`, or \`config.yaml\` in \`HOLDFAST_HOME\`, or the file that \`HOLDFAST_CONFIG\`
names. Beside it stands \`.env\`, unless \`HOLDFAST_ENV_FILE\` names that. A changed file takes effect at the next request; a
broken one is refused with all its problems, and the last good one stays. An unknown key is an error.

\`holdfast init\` writes a first one, \`holdfast config edit\` opens it in an editor. \`holdfast config get|set|unset KEY\`
reads and changes one value (\`get\` prints a default too), \`holdfast fallback list|add|remove\` the chain; comments and
every other line stay. A change that breaks the schema is refused; anything else that is then wrong is a warning.

## Precedence

- **Settings:** flag, then environment (\`HOLDFAST_HOST\`, \`HOLDFAST_PORT\`), then the file, then the default.
  \`holdfast config show\` prints every value with its source.
- **Variables:** \`\${NAME}\` in any text looks in \`.env\`, then in the environment; \`$\${\` writes a plain \`\${\`. In an
  \`api_key\` it stays a reference that is read at each use. An unset one there makes the key *missing*; anywhere else it
  is an error.
- **Keys of a provider:** what the file names, then stored keys and logins, then the vendor's known variables in
  \`.env\`, then those in the environment ([credentials](${credentials.replace('docs/', '')}#which-key-is-used)).
- **Without a file,** the first known key variable that is set becomes the main provider.

## Example

\`\`\`yaml
main: xiaomi/mimo-v2.6-pro
fallback_chain: [deepseek/deepseek-flash, {provider: anthropic, model: claude-haiku-4-5}]
providers:
  xiaomi:
    api_key: \${XIAOMI_API_KEY}
  deepseek:
    credentials:
      - {label: team, env: DEEPSEEK_API_KEY, account: team}
  local: {base_url: "http://127.0.0.1:11434/v1", protocol: openai-chat, auth: none, pace: thinking}
auxiliary:
  title_generation: {provider: auto, timeout: 30}
  compression:
    provider: deepseek
    model: deepseek-flash
    fallback: main
aliases: {"claude-*haiku*": title_generation}
gateway: {host: ${defaults.gateway.host}, port: ${defaults.gateway.port}}
\`\`\`
`;

/** Renders one table per object of the schema, in the order of the schema. */
export function renderConfigDocs(): string {
  return `${HEADER}${renderObject({ title: 'Top level', object: configSchema })}`;
}

interface Section {
  readonly title: string;
  readonly object: z.ZodObject;
}

function renderObject({ title, object }: Section): string {
  const fields = Object.entries(object.shape);
  const rows = fields.map(([key, schema]) => renderRow(key, schema)).join('\n');
  const prefix = title === 'Top level' ? '' : `${title}.`;
  const heading = title === 'Top level' ? title : `\`${title}\``;
  const inner = fields.flatMap(([key, schema]) =>
    findObjects(`${prefix}${key}`, unwrapSchema(schema)),
  );
  const table = `\n## ${heading}\n\n| key | type | default | meaning |\n|---|---|---|---|\n${rows}\n`;
  return `${table}${inner.map(renderObject).join('')}`;
}

function renderRow(key: string, schema: z.core.$ZodType): string {
  const described = meaningOf(schema);
  const [meaning = '', fallback = ''] = described.split(/ ?Default: /);
  const cells = [
    `\`${key}\``,
    nameType(unwrapSchema(schema)),
    fallback.replace(/\.$/, ''),
    meaning,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/**
 * Finds objects below a field that get a table of their own; the description of a target explains
 * its fields.
 */
function findObjects(title: string, schema: z.core.$ZodType): readonly Section[] {
  if (schema instanceof z.ZodObject) return [{ title, object: schema }];
  if (schema instanceof z.ZodRecord)
    return findObjects(`${title}.<name>`, unwrapSchema(schema.valueType));
  if (schema instanceof z.ZodArray) return findObjects(`${title}[]`, unwrapSchema(schema.element));
  return [];
}

function nameType(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodEnum)
    return schema.options.map((option) => `\`${option}\``).join(' | ');
  if (schema instanceof z.ZodLiteral)
    return [...schema.values].map((value) => `\`${String(value)}\``).join(' | ');
  if (schema instanceof z.ZodArray) return `list of ${nameType(unwrapSchema(schema.element))}`;
  if (schema instanceof z.ZodRecord) return `map of ${nameType(unwrapSchema(schema.valueType))}`;
  if (schema instanceof z.ZodUnion) return schema.meta()?.title ?? nameOptions(schema);
  const simple = [
    [z.ZodString, 'text'],
    [z.ZodNumber, 'number'],
    [z.ZodBoolean, 'true or false'],
    [z.ZodObject, 'object'],
  ] as const;
  return simple.find(([type]) => schema instanceof type)?.[1] ?? 'anything';
}

function nameOptions(union: z.ZodUnion): string {
  return union.options.map((option) => nameType(option)).join(' or ');
}

/** The description is on the optional wrapper or on the schema inside it. */
function meaningOf(schema: z.core.$ZodType | undefined): string {
  if (schema === undefined) return '';
  const own = schema instanceof z.ZodType ? schema.description : undefined;
  const inner = unwrapSchema(schema);
  return own ?? (inner instanceof z.ZodType ? (inner.description ?? '') : '');
}
