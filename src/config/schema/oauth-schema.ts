/** Describes the settings for logging in at a provider. */

import { z } from 'zod';
import { defaults } from '../../model/defaults.ts';
import { none, optionalField, text } from './fields.ts';

export const oauthSchema = z
  .strictObject({
    issuer: optionalField(
      text,
      'Authorization server; its endpoints are discovered.',
      none('; then both endpoints are needed'),
    ),
    device_authorization_endpoint: optionalField(
      text,
      'Where a device code is asked for (RFC 8628).',
      'discovered',
    ),
    token_endpoint: optionalField(text, 'Where tokens are given and refreshed.', 'discovered'),
    revocation_endpoint: optionalField(text, 'Where a logout revokes its tokens.', 'discovered'),
    client_id: optionalField(
      text,
      'Id of the public client that Holdfast is there.',
      none(', required'),
    ),
    scopes: optionalField(
      z.array(text),
      'What is asked for.',
      `${defaults.loginScopes.join(' and ')} with an \`issuer\`, else nothing`,
    ),
  })
  .describe('Where and as whom `holdfast auth login` logs in. Default: none.');

export type OAuthSettings = z.infer<typeof oauthSchema>;
