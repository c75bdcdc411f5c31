/**
 * The words by which chat templates and vendors refuse the order of roles in a conversation: each
 * kind of refusal once as a field, once as bare text. `strictRolesOf` says which order a rule
 * requires.
 */

import type { StrictRoles } from '../../model/target.ts';
import { type Signature, signaturesOf } from './signature.ts';

const status = [400, 422, 500] as const;

/** One system message, at the start, with exactly this role. */
const systemFirst =
  /system (message|prompt|role)s?\b.{0,40}\b(at the (very )?(beginning|start)|be (the )?first|come first|only be (used )?(at|first))|(only one|at most one|a single|multiple|more than one) system (message|prompt)s?\b|unexpected role \W?(system|developer)\b|unexpected message role|(unknown|invalid|unsupported|unexpected) (variant|value|role|message role)\W{0,4}(system|developer)\b|\b(system|developer)\W{0,2} (role )?is not (one of|a valid role|supported as a role)/i;
const alternating =
  /roles? must alternate|must alternate (between )?\W?(user|roles)|unexpected role \W?(user|assistant|tool)\W? after role/i;
const noSystem =
  /(system (role|message|prompt|instruction)s?|developer instructions?) (is |are )?not (supported|enabled|allowed)|does(n't| not) support (the )?(system (role|message|prompt|instruction)|developer instruction)s?/i;

const qwen = '[I] https://github.com/vllm-project/vllm/issues/41114';
const llamacpp = '[I] https://github.com/SillyTavern/SillyTavern/issues/5276';
const gemma = '[I] https://github.com/suitenumerique/conversations/issues/197';
const mistral = '[I] https://github.com/onyx-dot-app/onyx/issues/6458';
const older = '[S] the chat template of google/gemma-2-9b-it';

export const strictRoleSignatures: readonly Signature[] = signaturesOf(qwen, {
  'any-system-first': {
    status,
    field: { path: 'error.message', is: systemFirst },
    class: 'foreign-history',
    before: ['any-no-system', 'any-roles-alternate'],
  },
  'any-system-first-text': {
    status,
    text: systemFirst,
    class: 'foreign-history',
    before: ['any-no-system-text', 'any-roles-alternate-text'],
    source: llamacpp,
  },
  'any-roles-alternate': {
    status,
    field: { path: 'error.message', is: alternating },
    class: 'foreign-history',
    before: ['any-no-system'],
    source: gemma,
  },
  'any-roles-alternate-text': {
    status,
    text: alternating,
    class: 'foreign-history',
    before: ['any-no-system-text'],
    source: mistral,
  },
  'any-no-system': {
    status,
    field: { path: 'error.message', is: noSystem },
    class: 'foreign-history',
    source: older,
  },
  'any-no-system-text': {
    status,
    text: noSystem,
    class: 'foreign-history',
    source: older,
  },
});

const asked: Readonly<Record<string, StrictRoles>> = {
  'any-system-first': 'system-first',
  'any-roles-alternate': 'alternating',
  'any-no-system': 'no-system',
};

/** Returns the order of roles that this rule's refusal requires; undefined for any other rule. */
export function strictRolesOf(rule: string): StrictRoles | undefined {
  return asked[rule.replace(/-text$/, '')];
}
