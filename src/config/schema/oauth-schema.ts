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
      'Endpoint for device codes (RFC 8628).',
      'discovered',
    ),
    token_endpoint: optionalField(text, 'Endpoint that issues and refreshes tokens.', 'discovered'),
    revocation_endpoint: optionalField(
      text,
      'Endpoint where a logout revokes its tokens.',
      'discovered',
    ),
    client_id: optionalField(
      text,
      'Id of Holdfast as a public client of that server.',
      none(', required'),
    ),
    scopes: optionalField(
      z.array(text),
      'Scopes to ask for.',
      `${defaults.loginScopes.join(' and ')} with an \`issuer\`, else nothing`,
    ),
  })
  .describe('Server and client of `holdfast auth login`. Default: none.');

export type OAuthSettings = z.infer<typeof oauthSchema>;
