/** Which values are a gateway's key, and which only begin like one (law 12). */

import { expect, it } from 'vitest';
import { createNodeHost } from '../../host/node-host.ts';
import { isGatewayKey, judgeSecret } from './judge-secret.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Made at run time, like a token of Hugging Face. */
function makeToken(seed: number): string {
  const drawn = Array.from({ length: 34 }, (_, place) => letters[(seed * 31 + place * place) % 62]);
  return `hf_${drawn.join('')}`;
}

it('takes a token of Hugging Face, whatever its letters', () => {
  for (let seed = 0; seed < 500; seed += 1) {
    const value = makeToken(seed);
    expect(judgeSecret(`${value}\n`, 'HF_TOKEN in .env')).toEqual({ state: 'ok', value });
  }
});

it.each(['oauth', 'jwt'])('takes a token of Hugging Face of the kind %s', (kind) => {
  for (let seed = 0; seed < 50; seed += 1) {
    const value = `hf_${kind}_${makeToken(seed).slice(3)}${'.-_x'.repeat(seed)}AAAAAAA`;
    expect(judgeSecret(value, 'HF_TOKEN in .env')).toEqual({ state: 'ok', value });
  }
});

it('knows each key of a gateway', () => {
  const host = createNodeHost({});
  for (let count = 0; count < 500; count += 1) {
    const value = `hf_${host.randomToken(24)}`;
    expect(isGatewayKey(value)).toBe(true);
    expect(judgeSecret(value, 'X')).toMatchObject({ state: 'malformed', isGatewayKey: true });
  }
});
