/** Real servers and worker threads on a busy machine need more than Jest's five seconds. */
jest.setTimeout(60_000);
