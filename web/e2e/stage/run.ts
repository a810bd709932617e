// Raises a stage and leaves it standing until Ctrl-C, for working on the console:
// `npm run stage -- --console ../console/dist`.

import { writeFileSync } from 'node:fs';

import { PASSWORD } from './people.js';
import { raise } from './stage.js';

const flag = process.argv.indexOf('--console');
const stage = await raise({ console: flag > 0 ? process.argv[flag + 1] : undefined });
process.stdout.write(
  JSON.stringify({ ...stage.scene, api: stage.service.url, password: PASSWORD }, null, 2) + '\n',
);
const told = process.env.PGRECALL_SCENE;
if (told !== undefined)
  writeFileSync(told, JSON.stringify({ ...stage.scene, api: stage.service.url }));
const end = () => {
  void stage.stop().then(() => process.exit(0));
};
process.once('SIGINT', end);
process.once('SIGTERM', end);
