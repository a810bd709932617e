import { existsSync } from 'node:fs';

import { defineConfig, devices } from '@playwright/test';

// Playwright's own browser is not needed where the system has one.
const own = process.env.PGRECALL_CHROMIUM ?? '/usr/bin/chromium';
const launchOptions = {
  ...(existsSync(own) && { executablePath: own }),
  args: [
    '--disable-background-networking',
    // The sandbox refuses to start as root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ],
};

export default defineConfig({
  testDir: 'tests',
  globalSetup: './stage/set-up.ts',
  // All tests work in one stage; each leaves the rows of the others alone.
  workers: 1,
  forbidOnly: process.env.CI !== undefined,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    launchOptions,
    locale: 'en-GB',
    timezoneId: 'Europe/Lisbon',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'chromium', testMatch: /.*\.spec\.ts/ },
    { name: 'screenshots', testMatch: /.*\.shots\.ts/ },
    // A long journal takes its time to be made, and figures are told, whatever they are.
    // A trace copies the page before and after each step, and would be timed along with it.
    {
      name: 'figures',
      testMatch: /.*\.figures\.ts/,
      timeout: 600_000,
      use: { trace: 'off', screenshot: 'off' },
    },
  ],
});
