/** How many threads the host's engine computes with: a web host shares no memory with a worker. */
export const engineThreads = (): number => 1;
