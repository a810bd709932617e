// What the browser does with security keys and passkeys (Web Authentication). The server speaks JSON,
// browsers speak bytes; those that translate by themselves are too new to count on.

/** Why a key did not answer. */
export type KeyTrouble = 'cancelled' | 'unsupported' | 'known' | 'elsewhere' | 'failed';

/** A key did not answer. */
export class KeyError extends Error {
  constructor(
    readonly trouble: KeyTrouble,
    cause?: unknown,
  ) {
    super(trouble, { cause });
    this.name = 'KeyError';
  }
}

/** What the API hands on to and takes from the browser as it is. */
export type Json = Record<string, unknown>;

/** Whether this browser, on this page, knows keys at all. */
export function knowsKeys(): boolean {
  return typeof window !== 'undefined' && typeof window.PublicKeyCredential === 'function';
}

/** Has the user make a key; gives what the server wants to see of it. */
export async function makeKey(options: Json): Promise<Json> {
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    user: { ...objectOf(options.user), id: bytesOf(objectOf(options.user).id) },
    excludeCredentials: descriptors(options.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
  const credential = await ask(() => navigator.credentials.create({ publicKey }));
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    ...described(credential),
    response: {
      clientDataJSON: base64url(response.clientDataJSON),
      attestationObject: base64url(response.attestationObject),
      transports: response.getTransports(),
    },
  };
}

/** Has one of the user's keys sign a challenge. */
export async function signWithKey(options: Json): Promise<Json> {
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    allowCredentials: descriptors(options.allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions;
  const credential = await ask(() => navigator.credentials.get({ publicKey }));
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    ...described(credential),
    response: {
      clientDataJSON: base64url(response.clientDataJSON),
      authenticatorData: base64url(response.authenticatorData),
      signature: base64url(response.signature),
      userHandle: response.userHandle === null ? null : base64url(response.userHandle),
    },
  };
}

async function ask(browser: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!knowsKeys()) throw new KeyError('unsupported');
  try {
    const credential = await browser();
    if (credential !== null) return credential as PublicKeyCredential;
  } catch (error) {
    throw new KeyError(troubleOf(error), error);
  }
  throw new KeyError('cancelled');
}

/** What the names of errors mean (Web Authentication, 5.1.3 and 5.1.4). */
export function troubleOf(error: unknown): KeyTrouble {
  const name = error instanceof Error ? error.name : '';
  switch (name) {
    // Browsers do not tell whether somebody said no, took too long, or has no such key.
    case 'NotAllowedError':
    case 'AbortError':
      return 'cancelled';
    case 'InvalidStateError':
      return 'known';
    case 'SecurityError':
      return 'elsewhere';
    case 'NotSupportedError':
      return 'unsupported';
    default:
      return 'failed';
  }
}

function described(credential: PublicKeyCredential): Json {
  return {
    id: credential.id,
    rawId: base64url(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: {},
  };
}

function descriptors(list: unknown): unknown[] {
  if (!Array.isArray(list)) return [];
  return list.map((entry) => ({ ...objectOf(entry), id: bytesOf(objectOf(entry).id) }));
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

/** Bytes as the API writes them: base 64 for addresses, without padding (RFC 4648, section 5). */
export function base64url(bytes: ArrayBuffer): string {
  const text = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The bytes of such a text. */
export function bytesOf(text: unknown): Uint8Array<ArrayBuffer> {
  if (typeof text !== 'string') return new Uint8Array();
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
