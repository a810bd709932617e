import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@pgrecall/source'] },
  ssr: { resolve: { conditions: ['@pgrecall/source'] } },
  test: {
    environment: 'jsdom',
    include: ['tests/**/*.test.{ts,tsx}'],
    setupFiles: ['tests/browser.ts'],
    restoreMocks: true,
    // For busy machines; nothing is asserted of how long it takes.
    testTimeout: 60_000,
  },
});
