import { spawn } from 'node:child_process';
import { pythonMoto } from './python.ts';
import { freePort } from './test-server.ts';

/** A server that speaks S3. */
export interface ObjectServer {
  /** `127.0.0.1:port`, without the protocol. */
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly createBucket: (name: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts moto's server, which keeps its objects in memory. */
export async function startMoto(): Promise<ObjectServer> {
  const python = await pythonMoto();
  const port = await freePort();
  const child = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const endpoint = `127.0.0.1:${port}`;
  const ended = new Promise((resolve) => child.once('close', resolve));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  for (let attempt = 0; ; attempt += 1) {
    try {
      await fetch(`http://${endpoint}/moto-api/`);
      break;
    } catch (error) {
      if (attempt === 300 || child.exitCode !== null) {
        await stop();
        throw new Error('moto did not start.', { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  const createBucket = async (name: string): Promise<void> => {
    const answer = await fetch(`http://${endpoint}/${name}`, { method: 'PUT' });
    if (!answer.ok) throw new Error(`The bucket could not be made: ${answer.status}.`);
  };
  return { endpoint, accessKey: 'access', secretKey: 'secret key', createBucket, stop };
}
