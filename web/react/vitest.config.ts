import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@pgrecall/source'] },
  ssr: { resolve: { conditions: ['@pgrecall/source'] } },
  test: {
    environment: 'jsdom',
    include: ['tests/**/*.test.{ts,tsx}'],
    setupFiles: ['tests/browser.ts'],
    restoreMocks: true,
  },
});
