/** The environment of programs that we start, without the secrets that we manage (law 20). Pure. */

export interface ManagedSecrets {
  /** Variables known to hold a key, set or not. */
  readonly variables: ReadonlySet<string>;
  /** True when the text contains a secret that this process has read. */
  readonly mentions: (text: string) => boolean;
}

/** Drops variables that hold a managed secret, by name or by value. */
export function withoutSecrets(
  all: Readonly<Record<string, string>>,
  managed: ManagedSecrets,
): Readonly<Record<string, string>> {
  const entries = Object.entries(all);
  return Object.fromEntries(
    entries.filter(([name, value]) => !managed.variables.has(name) && !managed.mentions(value)),
  );
}
