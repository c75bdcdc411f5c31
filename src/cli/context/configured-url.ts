/**
 * Reads where a gateway of this home would listen. A gateway that cannot write `running.json`, as
 * in a container with a read-only root, is found there.
 */

import type { Paths } from '../../config/files/paths.ts';
import { loadText } from '../../config/resolve/load.ts';
import { Findings, lookInEnvironment } from '../../config/resolve/resolve-context.ts';
import { type GatewayInput, resolveGateway } from '../../config/resolve/resolve-gateway.ts';
import { unplaced } from '../../config/yaml/document.ts';
import { describeAddress } from '../../connect/gateway-address.ts';
import type { Environment, Files } from '../../host.ts';

export interface ConfiguredPlace {
  readonly environment: Environment;
  readonly files: Pick<Files, 'readText'>;
  readonly paths: Pick<Paths, 'configFile'>;
}

/** Undefined for port 0, which the system chooses. A file that cannot be used counts as empty. */
export function readConfiguredUrl(place: ConfiguredPlace): string | undefined {
  return (
    readFileUrl(place) ?? resolveUrl(place, { settings: {}, document: unplaced('environment') })
  );
}

/** Undefined also where the file cannot be used. */
export function readFileUrl(place: ConfiguredPlace): string | undefined {
  const loaded = readSettings(place);
  return loaded && resolveUrl(place, loaded);
}

function resolveUrl(
  place: ConfiguredPlace,
  { settings, document }: Pick<GatewayInput, 'settings' | 'document'>,
): string | undefined {
  const input = { settings, document, flags: {}, places: place };
  const { host, port } = resolveGateway(input, new Findings(document));
  return port.value === 0 ? undefined : describeAddress(host.value, port.value);
}

function readSettings({ environment, files, paths: { configFile } }: ConfiguredPlace) {
  try {
    const loaded = loadText(configFile, files.readText(configFile), (name) =>
      lookInEnvironment(environment, name),
    );
    return loaded.isValid ? loaded : undefined;
  } catch {
    return undefined; // there is no file, or it cannot be read
  }
}
