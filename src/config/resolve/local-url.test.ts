import { describe, expect, it } from 'vitest';
import { isLocalUrl } from './local-url.ts';

describe('a base URL', () => {
  it.each([
    'http://api.example.com/v1',
    'https://localhost:8443/v1',
    'https://127.0.0.1/v1',
    'https://10.1.2.3/v1',
    'https://172.31.0.9/v1',
    'https://192.168.4.4/v1',
    'https://100.64.0.1/v1',
    'https://100.127.9.9/v1',
    'https://[::1]/v1',
    'https://[fd00::1]/v1',
    'https://gpu-box/v1',
    'https://gpu-box.local/v1',
    'https://models.internal/v1',
  ])("is a server of one's own: %s", (url) => {
    expect(isLocalUrl(url)).toBe(true);
  });

  it.each([
    'https://api.deepseek.com/v1',
    'https://172.32.0.1/v1',
    'https://100.63.0.1/v1',
    'https://100.128.0.1/v1',
    'https://11.0.0.1/v1',
    'https://[2001:db8::1]/v1',
    'https://local.example.com/v1',
  ])('is a hosted one: %s', (url) => {
    expect(isLocalUrl(url)).toBe(false);
  });
});
