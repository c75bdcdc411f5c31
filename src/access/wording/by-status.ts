/**
 * Names a failure whose class is only a guess by its status (`byStatus` of its speaker): the
 * status, with its standard name. Pure.
 */

import type { AnswerSpeaker } from '../../model/failure.ts';

/** [D] https://www.rfc-editor.org/rfc/rfc9110#section-15, rfc6585, rfc7725 */
const names: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  451: 'Unavailable For Legal Reasons',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  511: 'Network Authentication Required',
};

/** Returns `403 (Forbidden)`; of a status that no standard has, the number. */
export function nameStatus(status: number): string {
  const name = names[status];
  return name === undefined ? `${status}` : `${status} (${name})`;
}

/** Names the cause in a word or two: its class, or `HTTP 403` where that is only a guess. */
export function classOrStatus<Cause extends string>(
  cause: Cause,
  speaker: AnswerSpeaker | undefined,
): Cause | `HTTP ${number}` {
  return speaker?.byStatus === undefined ? cause : `HTTP ${speaker.byStatus}`;
}
