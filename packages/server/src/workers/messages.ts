import type { LoginAttempt, LoginOutcome } from '../auth/login-throttle.ts';

/** How a login went, for all workers to know. */
interface LoginMessage {
  readonly kind: 'login';
  readonly outcome: LoginOutcome;
  readonly attempt: LoginAttempt;
}

/** That a ticket was used, for all workers to know. */
interface TicketMessage {
  readonly kind: 'ticket';
  readonly ticket: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** What a worker says to the process that started it; an `id` comes back with the answer. */
export type ToPrimary =
  | LoginMessage
  | TicketMessage
  | { readonly kind: 'arrived'; readonly id: number; readonly key: string }
  | { readonly kind: 'answered'; readonly id: number }
  | { readonly kind: 'turn'; readonly id: number; readonly key: string }
  | { readonly kind: 'metrics'; readonly id: number };

/** What a worker is told. */
export type ToWorker =
  | LoginMessage
  | TicketMessage
  | { readonly kind: 'stop' }
  | { readonly kind: 'turn'; readonly id: number }
  /** Without a text where a worker did not answer. */
  | { readonly kind: 'metrics'; readonly id: number; readonly text?: string };
