// A provider of OpenID Connect that lets in whoever the address names (`login_hint`), without asking.
// Accounts are told to it with `POST /accounts`; what it says of one with `lies` is not as it should be.
// It ends with the process that started it.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import http from 'node:http';
import Provider from 'oidc-provider';

const accounts = new Map();

const read = async (request) => {
  let text = '';
  for await (const part of request) text += part;
  return JSON.parse(text);
};

const SECRET = 'known-to-the-provider';
const [own, another] = [1, 2].map(
  () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
);

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decoded = (text) => JSON.parse(Buffer.from(text, 'base64url'));

const signature = (text, { algorithm = 'RS256', key }) => {
  if (algorithm === 'none') return '';
  // The secret of the client is known to the provider, and to whoever got hold of it there.
  if (algorithm === 'HS256') return createHmac('sha256', SECRET).update(text).digest('base64url');
  return sign('sha256', text, key === 'another' ? another : own).toString('base64url');
};

// An ID token in which something is not true, or which is not signed by who should have signed it.
const twisted = (token, lies) => {
  const [header, claims] = token.split('.').slice(0, 2).map(decoded);
  const alg = lies.algorithm ?? header.alg;
  const text = `${encoded({ ...header, alg })}.${encoded({ ...claims, ...lies.claims })}`;
  return `${text}.${signature(text, lies)}`;
};

const lie = async (context, next) => {
  await next();
  const { body } = context;
  const subject = body?.id_token ? decoded(body.id_token.split('.')[1]).sub : body?.sub;
  const lies = accounts.get(subject)?.lies;
  if (lies && body.id_token) body.id_token = twisted(body.id_token, lies);
  if (lies && body.sub) Object.assign(body, lies.user_info);
};

const configuration = {
  jwks: { keys: [{ ...own.export({ format: 'jwk' }), kid: 'own', use: 'sig', alg: 'RS256' }] },
  clients: [
    {
      client_id: 'pgrecall',
      client_secret: SECRET,
      redirect_uris: ['http://recall.localhost/v1/session/openid/callback'],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  claims: {
    openid: ['sub', 'groups', 'amr'],
    email: ['email', 'email_verified'],
    profile: ['preferred_username'],
  },
  cookies: { keys: ['of no importance'] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, ...accounts.get(id) }),
  }),
  loadExistingGrant: async (context) => {
    const { client, session, provider } = context.oidc;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
};

const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, configuration);
  provider.use(lie);
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    if (request.url === '/accounts') {
      const { sub, ...claims } = await read(request);
      accounts.set(sub, claims);
      response.end();
    } else if (request.url.startsWith('/interaction/')) {
      const { params } = await provider.interactionDetails(request, response);
      const account = accounts.get(params.login_hint);
      const result = account
        ? { login: { accountId: params.login_hint, remember: false, amr: account.amr } }
        : { error: 'access_denied' };
      await provider.interactionFinished(request, response, result);
    } else {
      answer(request, response);
    }
  });
  console.log(`port ${port}`);
});
process.stdin.on('end', () => process.exit()).resume();
