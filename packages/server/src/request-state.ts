import type { FastifyReply } from 'fastify';
import type { Credentials } from './auth/credentials.ts';
import type { Author } from './observe/audit.ts';
import type { RequestEnd } from './request-end.ts';
import type { RouteFacts } from './route-facts.ts';

/** What is found out about a request while it is being answered. */
export interface RequestState {
  readonly reply: FastifyReply;
  readonly end: RequestEnd;
  readonly route: RouteFacts;
  credentials?: Credentials | Promise<Credentials>;
  author?: Author;
  /** What has to be answered before it. */
  before?: readonly Promise<void>[];
}

declare module 'fastify' {
  interface FastifyRequest {
    state: RequestState;
  }
}
