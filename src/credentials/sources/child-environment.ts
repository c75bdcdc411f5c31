/** What a program that we start inherits: everything but the secrets we manage (law 20). Pure. */

export interface ManagedSecrets {
  /** Variables that are known to hold a key, set or not. */
  readonly variables: ReadonlySet<string>;
  /** Whether a text holds a secret that was read in this process. */
  readonly mentions: (text: string) => boolean;
}

/** The variables without those that hold a managed secret, by name or by value. */
export function withoutSecrets(
  all: Readonly<Record<string, string>>,
  managed: ManagedSecrets,
): Readonly<Record<string, string>> {
  const entries = Object.entries(all);
  return Object.fromEntries(
    entries.filter(([name, value]) => !managed.variables.has(name) && !managed.mentions(value)),
  );
}
