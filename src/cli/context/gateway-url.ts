/**
 * Reads the address of a gateway as people write it, and says why none answers there. Loads nothing
 * else: `holdfast health` starts often.
 */

/** Its origin and path, without a `/v1` at the end; undefined if it is no address. */
export function readGatewayUrl(named: string): string | undefined {
  const url = URL.parse(named.trim());
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  return `${url.origin}${url.pathname}`.replace(/\/+(v1\/*)?$/, '');
}

/** The address that was probably meant: with its scheme, without quotation marks around it. */
export function suggestGatewayUrl(named: string): string {
  const bare = named.trim().replace(/^["']|["']$/g, '');
  const [, host = '', port] =
    /^(?:[a-z]*:?\/\/)?(?:([\w.-]*|\[[\w:.]+\]):)?(\d{1,5})(?:\/|$)/i.exec(bare) ?? [];
  const meant = readGatewayUrl(`http://${host || '127.0.0.1'}:${port}`);
  return meant ?? 'http://127.0.0.1:4653';
}

/** Whether both are the same port of this machine, whatever it is called. */
export function isSameGateway(one: string, other: string): boolean {
  return namePlace(one) === namePlace(other);
}

function namePlace(url: string): string {
  return url.replace(/^(http:\/\/)(localhost|0\.0\.0\.0|\[::1?\])(?=[:/]|$)/i, '$1127.0.0.1');
}

const faults: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no machine has that name',
  EAI_AGAIN: 'the name server does not answer',
  EHOSTUNREACH: 'that address cannot be reached from here',
  ENETUNREACH: 'that address cannot be reached from here',
  ECONNRESET: 'it closed the connection',
  timeout: 'it does not answer in time',
};

/** `fault` is that of `askStatus`: the code of the system, or words. */
export function describeNoAnswer(fault = ''): string {
  const words = faults[fault];
  if (words === undefined) return fault;
  return fault === 'timeout' ? words : `${words} (${fault})`;
}
