import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import './theme/layers.css';
import './theme/tokens.css';
import './theme/base.css';
import { App } from './app/App.tsx';
import { chosenTheme, showTheme } from './theme/theme.ts';

showTheme(chosenTheme());

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the console');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
