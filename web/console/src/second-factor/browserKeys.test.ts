import { afterEach, describe, expect, test, vi } from 'vitest';

import { base64url, bytesOf, makeKey, signWithKey, troubleOf, type Json } from './browserKeys.ts';

const bytes = (...values: number[]) => Uint8Array.from(values).buffer;

/** A browser whose user does what is said. */
function browser(does: Partial<CredentialsContainer>) {
  vi.stubGlobal('window', { PublicKeyCredential: () => undefined });
  vi.stubGlobal('navigator', { credentials: does });
}

afterEach(() => vi.unstubAllGlobals());

describe('what goes to and comes from a key', () => {
  test('bytes are base 64 for addresses, without padding', () => {
    expect(base64url(bytes(0xfb, 0xff, 0xfe, 0))).toBe('-__-AA');
    expect([...bytesOf('-__-AA')]).toEqual([0xfb, 0xff, 0xfe, 0]);
    expect([...bytesOf(undefined)]).toEqual([]);
  });

  test('a challenge is handed on as bytes, and the answer comes back as text', async () => {
    let asked: unknown;
    const get = (options?: CredentialRequestOptions) => {
      asked = options?.publicKey;
      return Promise.resolve({
        id: 'AQI',
        rawId: bytes(1, 2),
        type: 'public-key',
        authenticatorAttachment: 'cross-platform',
        response: {
          clientDataJSON: bytes(1),
          authenticatorData: bytes(2),
          signature: bytes(3),
          userHandle: null,
        },
      } as unknown as Credential);
    };
    browser({ get });
    const options: Json = {
      challenge: 'AQID',
      rpId: 'localhost',
      allowCredentials: [{ type: 'public-key', id: 'AQI' }],
    };
    const answer = await signWithKey(options);
    expect(asked).toMatchObject({
      challenge: Uint8Array.of(1, 2, 3),
      rpId: 'localhost',
      allowCredentials: [{ type: 'public-key', id: Uint8Array.of(1, 2) }],
    });
    expect(answer).toMatchObject({
      id: 'AQI',
      rawId: 'AQI',
      response: {
        clientDataJSON: 'AQ',
        authenticatorData: 'Ag',
        signature: 'Aw',
        userHandle: null,
      },
    });
  });
});

describe('a key that does not answer', () => {
  test.each([
    ['NotAllowedError', 'cancelled'],
    ['InvalidStateError', 'known'],
    ['SecurityError', 'elsewhere'],
    ['ConstraintError', 'failed'],
  ])('%s means %s', (name, trouble) => {
    const error = Object.assign(new Error('x'), { name });
    expect(troubleOf(error)).toBe(trouble);
  });

  test('whoever says no is told so', async () => {
    const no = Object.assign(new Error('no'), { name: 'NotAllowedError' });
    browser({ create: () => Promise.reject(no) });
    await expect(makeKey({ challenge: 'AQ' })).rejects.toMatchObject({ trouble: 'cancelled' });
  });

  test('a browser without keys is not asked', async () => {
    vi.stubGlobal('window', {});
    await expect(signWithKey({ challenge: 'AQ' })).rejects.toMatchObject({
      trouble: 'unsupported',
    });
  });
});
