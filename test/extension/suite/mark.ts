/** Starts each line of a suite: invisible, and tells it from the window's chatter. Mirrors `launch/server.mjs`. */
export const mark = '\u2063';
