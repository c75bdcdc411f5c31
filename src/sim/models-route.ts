/** Serves the model list in each protocol's shape. */

import { admitKey } from './admission.ts';
import type { SimRoute } from './exchange.ts';
import { listModelNames } from './options.ts';

export function createModelsRoute(
  path: SimRoute['path'],
  encode: (names: readonly string[]) => object,
): SimRoute {
  return {
    method: 'GET',
    path,
    serve: (exchange) => {
      admitKey(exchange);
      const list = encode(listModelNames(exchange.settings));
      exchange.channel.send(200, 'application/json', JSON.stringify(list));
    },
  };
}
