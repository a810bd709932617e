// Raises the stage before the tests, and takes it down after them.

import { raise } from './stage.js';
import { forgetScene, writeScene } from './scene.js';

// Playwright wants a default export.
// eslint-disable-next-line no-restricted-syntax
export default async function setUp(): Promise<() => Promise<void>> {
  const changes = process.env.PGRECALL_CHANGES;
  const stage = await raise({
    console: process.env.PGRECALL_CONSOLE,
    changes: changes === undefined ? undefined : Number(changes),
  });
  writeScene(stage.scene);
  return async () => {
    await stage.stop();
    forgetScene();
  };
}
