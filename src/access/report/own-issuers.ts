/** Tells a file of issuers that was set and cannot be read, where an issuer is not known. */

import { findIssuersFault, issuersVariable } from '../../host/extra-issuers.ts';
import type { Host } from '../../host.ts';
import type { Failure } from '../../model/failure.ts';
import { lacksIssuer } from './distrust.ts';

/** Undefined where the certificate is not at fault, or Node can read what it was given. */
export function fixOwnIssuers(
  { environment, files }: Pick<Host, 'environment' | 'files'>,
  failure: Pick<Failure, 'code'> | undefined,
): string | undefined {
  if (!lacksIssuer(failure?.code)) return undefined;
  const where = 'where the program that asks (such as the gateway) is started, and start it again';
  const fault = findIssuersFault(environment, files);
  if (fault !== undefined) return `${fault.what}; correct it ${where}`;
  const [name, path] = findOthers({ environment, files }) ?? [];
  return (
    name &&
    `Node does not read ${name}; if the issuer is in it, set ${issuersVariable}=${path} ${where}`
  );
}

/** Other programs were given a file of issuers. Undefined: Node has one, or reads theirs. */
function findOthers({
  environment,
  files,
}: Pick<Host, 'environment' | 'files'>): readonly [string, string] | undefined {
  if (environment.get(issuersVariable) || environment.get('NODE_USE_SYSTEM_CA') === '1')
    return undefined;
  return ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'].flatMap((name) => {
    const path = environment.get(name);
    return path && files.findFileFault(path) === undefined && files.stamp(path)
      ? [[name, path] as const]
      : [];
  })[0];
}
