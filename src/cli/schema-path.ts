/** Where the JSON Schema of the configuration is, for the first line of a new config file. */

/** Absolute path inside the installed package. */
export function schemaPath(): string {
  return new URL('../../schema/config.schema.json', import.meta.url).pathname;
}
