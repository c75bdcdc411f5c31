/** Tells a file of issuers that was set and cannot be read, where an issuer is not known. */

import { findIssuersFault } from '../../host/extra-issuers.ts';
import type { Host } from '../../host.ts';
import type { Failure } from '../../model/failure.ts';
import { lacksIssuer } from './distrust.ts';

/** Undefined where the certificate is not at fault, or Node can read what it was given. */
export function fixOwnIssuers(
  { environment, files }: Pick<Host, 'environment' | 'files'>,
  failure: Pick<Failure, 'code'> | undefined,
): string | undefined {
  if (failure?.code === undefined || !lacksIssuer(failure.code)) return undefined;
  const fault = findIssuersFault(environment, files);
  return (
    fault &&
    `${fault.what}; correct it where the program that asks (such as the gateway) is started, and start it again`
  );
}
