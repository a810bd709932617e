import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['@pgrecall/source', ...defaultClientConditions] },
  // A style sheet of its own, and no script in the page: the policy allows neither in place.
  build: { cssCodeSplit: false, modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
});
