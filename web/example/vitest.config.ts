import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // A browser on a busy machine; nothing is asserted of how long it takes.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
