import type { FastifyReply } from 'fastify';

/** Tells in a header what the documented body of an answer has no place for: a sentence, in ASCII. */
export function warn(reply: FastifyReply, sentence: string): void {
  reply.header('Pharus-Warning', sentence.replaceAll(/[^\x20-\x7e]/g, '?'));
}
