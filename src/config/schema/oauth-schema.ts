/** The part of the configuration's schema that says how people log in at a provider. */

import { z } from 'zod';

const text = z.string().min(1);

export const oauthSchema = z
  .strictObject({
    issuer: text
      .optional()
      .describe(
        'Authorization server; its endpoints are discovered. Default: none; then both endpoints are needed.',
      ),
    device_authorization_endpoint: text
      .optional()
      .describe('Where a device code is asked for (RFC 8628). Default: discovered.'),
    token_endpoint: text.optional().describe('Where tokens are given and refreshed. Default: discovered.'),
    revocation_endpoint: text.optional().describe('Where a logout is told. Default: discovered.'),
    client_id: text
      .optional()
      .describe('Id of the public client that Holdfast is there. Default: from the catalogue.'),
    scopes: z
      .array(text)
      .optional()
      .describe('What is asked for. Default: openid and offline_access with an `issuer`, else nothing.'),
  })
  .describe('Where and as whom `holdfast auth login` logs in. Default: from the catalogue.');

export type OAuthSettings = z.infer<typeof oauthSchema>;
