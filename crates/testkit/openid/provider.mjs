// A provider of OpenID Connect that lets in whoever the address names (`login_hint`), without asking.
// Accounts are told to it with `POST /accounts`. It ends with the process that started it.
import http from 'node:http';
import Provider from 'oidc-provider';

const accounts = new Map();

const read = async (request) => {
  let text = '';
  for await (const part of request) text += part;
  return JSON.parse(text);
};

const configuration = {
  clients: [
    {
      client_id: 'pgrecall',
      client_secret: 'known-to-the-provider',
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
