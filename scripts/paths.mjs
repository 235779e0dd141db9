import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where things are; every script takes its places from here. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
export const cache = join(root, '.cache');
export const logs = join(cache, 'logs');
export const examples = join(root, 'examples');
/** @param {string[]} parts @returns {string} absolute path */
export const inRoot = (...parts) => join(root, ...parts);
