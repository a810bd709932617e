import { describe, expect, test } from 'vitest';
import { withSession, withToken } from '../src/authentication.ts';

/** Tokens with the numbers 1, 2, …, each good for so many minutes by a clock that can be moved. */
function mint(minutes: number) {
  const minter = { now: 1_000_000, minted: 0 };
  const authentication = withToken(
    () => {
      minter.minted += 1;
      const expiresAt = new Date(minter.now + minutes * 60_000).toISOString();
      return Promise.resolve({ token: `t${minter.minted}`, expiresAt });
    },
    () => minter.now,
  );
  return { minter, authentication };
}

describe('a token', () => {
  test('is asked for once by requests that are sent together', async () => {
    const { minter, authentication } = mint(15);
    const all = await Promise.all([1, 2, 3].map(() => authentication.headers('GET')));
    expect(all).toEqual(Array(3).fill({ Authorization: 'Bearer t1' }));
    expect(minter.minted).toBe(1);
  });

  test('is exchanged before it ends', async () => {
    const { minter, authentication } = mint(15);
    await authentication.headers('GET');
    minter.now += 13.9 * 60_000;
    expect(await authentication.headers('GET')).toEqual({ Authorization: 'Bearer t1' });
    minter.now += 0.2 * 60_000;
    expect(await authentication.headers('GET')).toEqual({ Authorization: 'Bearer t2' });
  });

  test('is not asked for without end where the clock of the browser is wrong', async () => {
    const { minter, authentication } = mint(-120);
    await authentication.headers('GET');
    await authentication.headers('GET');
    expect(minter.minted).toBe(1);
  });

  test('that another request has already exchanged is not thrown away', async () => {
    const { minter, authentication } = mint(15);
    const old = await authentication.headers('GET');
    expect(authentication.rejected(old)).toBe(true);
    expect(await authentication.headers('GET')).toEqual({ Authorization: 'Bearer t2' });
    expect(authentication.rejected(old)).toBe(true);
    expect(await authentication.headers('GET')).toEqual({ Authorization: 'Bearer t2' });
    expect(minter.minted).toBe(2);
  });

  test('that could not be got is asked for again', async () => {
    let asked = 0;
    const authentication = withToken(() => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('down')) : Promise.resolve('t');
    });
    await expect(authentication.headers('GET')).rejects.toThrow('down');
    expect(await authentication.headers('GET')).toEqual({ Authorization: 'Bearer t' });
  });

  test('that is constant is not tried twice', () => {
    expect(withToken('t').rejected({ Authorization: 'Bearer t' })).toBe(false);
  });
});

describe('a session', () => {
  test('shows its token where something is changed, and only there', async () => {
    const session = withSession(() => 'csrf');
    expect(await session.headers('GET')).toEqual({});
    expect(await session.headers('POST')).toEqual({ 'X-CSRF-Token': 'csrf' });
    expect(session.credentials).toBe('same-origin');
  });
});
