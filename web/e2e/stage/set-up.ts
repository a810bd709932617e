// Raises the stage before the tests, and takes it down after them.

import { raise } from './stage.js';
import { forgetScene, writeScene } from './scene.js';

// Playwright wants a default export.
// eslint-disable-next-line no-restricted-syntax
export default async function setUp(): Promise<() => Promise<void>> {
  const stage = await raise(process.env.PGRECALL_CONSOLE);
  writeScene(stage.scene);
  return async () => {
    await stage.stop();
    forgetScene();
  };
}
