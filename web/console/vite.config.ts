import { readFileSync } from 'node:fs';

import react from '@vitejs/plugin-react';
import { defaultClientConditions, defaultServerConditions, defineConfig, type Plugin } from 'vite';

/** The server that answers `/v1` while developing. */
const server = process.env.PGRECALL_SERVER ?? 'http://127.0.0.1:7788';

/** What the server sends with the page, so that nothing works here that would not work there. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const proxy = {
  // The server refuses what comes from a page of another origin; this one is meant to be its own.
  '/v1': { target: server, headers: { origin: server } },
  '/openapi.json': { target: server },
};

/**
 * Names the order of the layers at the top of every style sheet: those of shared pieces are loaded
 * before that of the page, and whichever comes first settles the order.
 */
function layerOrder(): Plugin {
  const order = readFileSync(new URL('src/theme/layers.css', import.meta.url), 'utf8');
  const rule = /@layer [^;]+;/.exec(order)?.[0] ?? '';
  return {
    name: 'layer-order',
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'asset' && file.fileName.endsWith('.css')) {
          file.source = `${rule}${String(file.source)}`;
        }
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), layerOrder()],
  resolve: { conditions: ['@pgrecall/source', ...defaultClientConditions] },
  // The tests are resolved as a server's code is; they too take our packages as they are written.
  ssr: { resolve: { conditions: ['@pgrecall/source', ...defaultServerConditions] } },
  build: {
    target: ['chrome123', 'firefox128', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy },
  preview: { proxy, headers: { 'content-security-policy': contentSecurityPolicy } },
});
