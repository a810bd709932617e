import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(cleanup);
configure({ asyncUtilTimeout: 15_000 });

// What a browser has and jsdom has not: a layout, and dialogs.
const heights: readonly [string, number][] = [
  ['pgr-list', 560],
  ['pgr-row-frame', 40],
];

const height = {
  get(this: HTMLElement) {
    return heights.find(([name]) => this.classList.contains(name))?.[1] ?? 0;
  },
};
const width = { get: () => 900 };

Object.defineProperties(HTMLElement.prototype, {
  offsetHeight: height,
  clientHeight: height,
  offsetWidth: width,
  clientWidth: width,
});

HTMLElement.prototype.scrollTo = function scrollTo(this: HTMLElement, options?: unknown) {
  this.scrollTop = (options as ScrollToOptions | undefined)?.top ?? 0;
  this.dispatchEvent(new Event('scroll'));
};

// axe asks for it to measure letters, and goes without.
HTMLCanvasElement.prototype.getContext = () => null;

HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close() {
  if (!this.open) return;
  this.open = false;
  this.dispatchEvent(new Event('close'));
};
