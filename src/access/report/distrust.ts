/** Says why a server's certificate is not trusted, and what to do about it. Pure. */

import { shellLine } from '../../host/shell-line.ts';
import type { CertificateReading } from '../../host.ts';
import type { Fix } from '../../model/fix.ts';
import { describePast } from '../wording/when.ts';

/** The server sent a chain of one: who signed that is missing, or was not meant to be trusted. */
const loneCertificate = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';

const selfSigned = 'DEPTH_ZERO_SELF_SIGNED_CERT';

/** Only of these is trust in their issuer what lacks. */
const byIssuer = /^(SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/;

/** True if Node would trust the server, did it know who signed the certificate. */
export function lacksIssuer(code = ''): boolean {
  return byIssuer.test(code);
}

/** A certificate is seldom used before its time: a clock that is behind is nearer. */
const byTime: Readonly<Record<string, Fix>> = {
  CERT_HAS_EXPIRED: {
    text: "only its operator can renew it, unless this machine's clock is wrong",
  },
  CERT_NOT_YET_VALID: {
    text: "look at this machine's clock first; if it is right, only the server's operator can mend it",
  },
};

/** Its operator may have left out who signed it; the root alone would not mend that. */
const byWholeChain: Fix = {
  text: 'let the server send its whole chain; or have Node trust its issuers, up to the root (NODE_EXTRA_CA_CERTS=FILE)',
};

/** Who signed it may be signed by another: only the last of them, the root, is enough. */
export const lacksRoot =
  'NODE_EXTRA_CA_CERTS=FILE with the root certificate (PEM) of the company or server that signs, and start the gateway again with it';

/** It may be what a server shows that has none for this host: to trust that would not help. */
const bySelf: Fix = {
  text: 'see whose it is (holdfast doctor): if it is for this host, NODE_EXTRA_CA_CERTS=FILE with that certificate (PEM), and start the gateway again with it; if not, its server lacks a certificate for this host',
};

/** Undefined if the certificate is not what `code` is about. */
export function fixDistrust(code: string): Fix | undefined {
  if (code === selfSigned) return bySelf;
  if (code === loneCertificate) return byWholeChain;
  return lacksIssuer(code)
    ? { text: `have Node trust its issuer, by NODE_USE_SYSTEM_CA=1 or ${lacksRoot}` }
    : byTime[code];
}

/** Why the certificate is not trusted, if it was seen, and the fix. */
interface Distrust {
  readonly because?: string;
  readonly fix: Fix;
}

/** The same with what was seen of it. Undefined for another fault. */
export function describeDistrust(
  code: string,
  reading: CertificateReading | undefined,
  now: number,
): Distrust | undefined {
  const timed = byTime[code];
  if (timed !== undefined) return { ...(reading && describeTimes(reading, now)), fix: timed };
  if (!lacksIssuer(code)) return undefined;
  const fix = code === loneCertificate ? byWholeChain : byHand;
  if (reading === undefined) return { fix };
  const { issuer, isTrustedBySystem, isForOther } = reading;
  if (isForOther === true)
    return {
      because: `its certificate is signed by "${issuer}" and is not for this host`,
      fix: {
        text: 'to trust it would not help: its server shows what it shows for unknown hosts; give it a certificate for this host, or correct the host',
      },
    };
  const lacks = code === loneCertificate ? 'it does not send and ' : '';
  const because = `its certificate is signed by "${issuer}", which ${lacks}Node does not trust`;
  if (isTrustedBySystem !== true) return { because, fix };
  return {
    because: `${because}, but this machine does`,
    fix: {
      text: 'trust what this machine trusts; a service reads it from its service.env',
      command: shellLine`export NODE_USE_SYSTEM_CA=1`,
    },
  };
}

const byHand: Fix = {
  text: `if it is a proxy or a server of your own, export ${lacksRoot}`,
};

/** Both sides of the comparison: either may be wrong. */
function describeTimes(
  { startsAt, endsAt }: CertificateReading,
  now: number,
): Pick<Distrust, 'because'> {
  const clock = `and this machine's clock says ${new Date(now).toUTCString()}`;
  if (startsAt > now)
    return {
      because: `its certificate is valid from ${new Date(startsAt).toUTCString()}, ${clock}`,
    };
  return endsAt > now
    ? { because: 'its own certificate has not ended, but one that signed it has' }
    : { because: `its certificate ended ${describePast(endsAt, now)}, ${clock}` };
}
