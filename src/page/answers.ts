/** Questions of a view to the admin API: asked when it is opened, and again when it says so. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ask, type GatewayAnswer } from './browser.ts';

export interface Answered<T> {
  /** The last answer; it stays while the next is on its way, and where the same path fails. */
  readonly value?: T;
  readonly problem?: string;
}

/**
 * Asks for a path, and again when `again` changes. `parse` trusts the body, which our own gateway
 * has sent. An undefined path is not asked for.
 */
export function useAnswer<T>(
  path: string | undefined,
  parse: (body: unknown) => T,
  again?: unknown,
): Answered<T> {
  const answered = useSignal<Answered<T> & { readonly path?: string | undefined }>({});
  useEffect(() => {
    if (path === undefined) return undefined;
    let isCurrent = true;
    void ask(path).then((answer) => {
      if (!isCurrent) return;
      const before = answered.value.path === path ? answered.value : { path };
      answered.value =
        answer.status === 200
          ? { path, value: parse(answer.body) }
          : { ...before, problem: describeProblem(answer) };
    });
    return () => {
      isCurrent = false;
    };
  }, [path, again]);
  return answered.value;
}

/** What an answer says that is not a 200. */
export function describeProblem({ status, body }: GatewayAnswer): string {
  if (status === 0) return 'the gateway did not answer';
  return parseError(body) ?? `the gateway answered ${status}`;
}

/** Returns the message of our own error. */
function parseError(body: unknown): string | undefined {
  return (body as { error?: { message?: string } } | undefined)?.error?.message;
}
