import { expect, test, vi } from 'vitest';
import type { ToPrimary, ToWorker } from './messages.ts';
import { Peers } from './peers.ts';

const attempt = { ip: '10.0.0.1', databaseAddress: 'db:3306', username: 'ann' };

function start() {
  const sent: ToPrimary[] = [];
  let hear: (message: ToWorker) => void = () => undefined;
  const peers = new Peers({
    send: (message) => void sent.push(message),
    listen: (listener) => {
      hear = listener;
    },
  });
  return { peers, sent, hear: (message: ToWorker) => hear(message) };
}

test('each answer goes to its question', async () => {
  const { peers, sent, hear } = start();
  const [turn, metrics] = [peers.turn('a'), peers.metrics()];
  expect(sent).toEqual([
    { kind: 'turn', id: 1, key: 'a' },
    { kind: 'metrics', id: 2 },
  ]);
  hear({ kind: 'metrics', id: 2, text: 'up 1' });
  hear({ kind: 'turn', id: 1 });
  hear({ kind: 'turn', id: 1 });
  expect(await Promise.all([turn, metrics])).toEqual([undefined, 'up 1']);
  const missing = peers.metrics();
  hear({ kind: 'metrics', id: 3 });
  await expect(missing).rejects.toThrow('one of them did not tell');
});

test('says when a request has arrived and when it was answered, and tells of logins and tickets', () => {
  const { peers, sent, hear } = start();
  peers.arrived('a')();
  peers.tellLogin('failed', attempt);
  peers.tellTicket('one', 5);
  expect(sent).toEqual([
    { kind: 'arrived', id: 1, key: 'a' },
    { kind: 'answered', id: 1 },
    { kind: 'login', outcome: 'failed', attempt },
    { kind: 'ticket', ticket: 'one', expires: 5 },
  ]);
  const listener = vi.fn();
  hear({ kind: 'login', outcome: 'failed', attempt });
  peers.hearLogins(listener);
  hear({ kind: 'login', outcome: 'succeeded', attempt });
  peers.hearTickets(listener);
  hear({ kind: 'ticket', ticket: 'other', expires: 6 });
  expect(listener.mock.calls).toEqual([
    ['succeeded', attempt],
    ['other', 6],
  ]);
});
