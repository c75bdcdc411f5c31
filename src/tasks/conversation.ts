/** Checks a conversation from a client, in the form of `openai-chat`. */

import { RequestError } from '../errors.ts';
import { isRecord } from '../protocols/json/is-record.ts';
import type { TaskMessage } from './profile.ts';

/**
 * Accepts a list of messages, or an object with one. Throws `RequestError` (`request-invalid`) that
 * names the first invalid message.
 */
export function parseConversation(value: unknown): readonly TaskMessage[] {
  const listed: unknown = Array.isArray(value) ? value : Object(value).messages;
  if (!Array.isArray(listed)) throw refuseConversation('a conversation is a list of messages');
  const wrong = listed.findIndex((one: unknown) => !isTaskMessage(one));
  if (wrong >= 0)
    throw refuseConversation(
      `message ${wrong} has no "role", or a "content" that is neither text nor parts`,
    );
  return listed as readonly TaskMessage[];
}

function isTaskMessage(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { role, content = null } = value;
  const isContent = content === null || typeof content === 'string' || Array.isArray(content);
  return typeof role === 'string' && isContent;
}

function refuseConversation(message: string): RequestError {
  const fix = 'send [{"role": "user", "content": "…"}, …], as chat completions takes them';
  return new RequestError('request-invalid', message, { fix });
}
