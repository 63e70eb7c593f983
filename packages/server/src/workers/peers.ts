import type { LoginAttempt, LoginOutcome } from '../auth/login-throttle.ts';
import type { ToPrimary, ToWorker } from './messages.ts';

/** What the process that started this one can be told, and tells. */
export interface Channel {
  send(message: ToPrimary): void;
  /** Has all messages from now on. */
  listen(listener: (message: ToWorker) => void): void;
}

/** The channel of a worker of `node:cluster`. */
export const processChannel: Channel = {
  send(message) {
    if (process.connected) process.send?.(message);
  },
  listen(listener) {
    process.on('message', (message) => listener(message as ToWorker));
  },
};

/** The other workers of a server, as one of them knows them. */
export class Peers {
  readonly #channel: Channel;
  readonly #answers = new Map<number, (message: ToWorker) => void>();
  #onLogin: (outcome: LoginOutcome, attempt: LoginAttempt) => void = () => undefined;
  #onTicket: (ticket: string, expires: number) => void = () => undefined;
  #lastId = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.listen((message) => {
      if (message.kind === 'login') this.#onLogin(message.outcome, message.attempt);
      if (message.kind === 'ticket') this.#onTicket(message.ticket, message.expires);
      if (!('id' in message)) return;
      this.#answers.get(message.id)?.(message);
      this.#answers.delete(message.id);
    });
  }

  /** Tells all others how a login went here. */
  tellLogin(outcome: LoginOutcome, attempt: LoginAttempt): void {
    this.#channel.send({ kind: 'login', outcome, attempt });
  }

  /** Hears how logins went elsewhere. */
  hearLogins(listener: (outcome: LoginOutcome, attempt: LoginAttempt) => void): void {
    this.#onLogin = listener;
  }

  /** Tells all others that a ticket was used here. */
  tellTicket(ticket: string, expires: number): void {
    this.#channel.send({ kind: 'ticket', ticket, expires });
  }

  /** Hears which tickets were used elsewhere. */
  hearTickets(listener: (ticket: string, expires: number) => void): void {
    this.#onTicket = listener;
  }

  /** Says that a request has arrived that others of this key wait for. @returns what to call when it has been answered. */
  arrived(key: string): () => void {
    const id = this.#nextId();
    this.#channel.send({ kind: 'arrived', id, key });
    return () => this.#channel.send({ kind: 'answered', id });
  }

  /** Resolves when the requests of this key that arrived before now at other workers have been answered. */
  async turn(key: string): Promise<void> {
    await this.#ask((id) => ({ kind: 'turn', id, key }));
  }

  /** The metrics of all workers together, in the text format of Prometheus. */
  async metrics(): Promise<string> {
    const answer = await this.#ask((id) => ({ kind: 'metrics', id }));
    if (answer.kind !== 'metrics' || answer.text === undefined) {
      throw new Error('Expected the metrics of all workers, but one of them did not tell its own in time.');
    }
    return answer.text;
  }

  #ask(question: (id: number) => ToPrimary): Promise<ToWorker> {
    const id = this.#nextId();
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#channel.send(question(id));
    });
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}
