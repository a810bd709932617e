import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

/** The server that answers `/v1` while developing. */
const server = process.env['PGRECALL_SERVER'] ?? 'http://127.0.0.1:7788';

/** What the server sends with the page, so that nothing works here that would not work there. */
const contentSecurityPolicy =
  "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

const proxy = {
  // The server refuses what comes from a page of another origin; this one is meant to be its own.
  '/v1': { target: server, headers: { origin: server } },
  '/openapi.json': { target: server },
};

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['@pgrecall/source', ...defaultClientConditions] },
  build: {
    target: ['chrome123', 'firefox128', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy },
  preview: { proxy, headers: { 'content-security-policy': contentSecurityPolicy } },
});
