import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What Python answered, or why it did not. */
type Reply = { readonly answer: unknown } | { readonly error: string; readonly trace: string };

/** An error that the Python library raised: `DataJointError: ...`. */
export class PythonError extends Error {}

/** A running Python with a DataJoint library, doing what it is asked (see `python/library.py`). */
export class PythonSession {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #replies: AsyncIterator<string>;
  readonly #directory: string;
  #errors = '';

  private constructor(interpreter: string, program: string, directory: string) {
    this.#directory = directory;
    // A directory of its own: the library looks for settings in the working directory and above.
    this.#child = spawn(interpreter, [join(import.meta.dirname, 'python', program)], {
      cwd: directory,
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONIOENCODING: 'utf-8', TMPDIR: directory },
    });
    this.#replies = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    // A process that has ended answers no more; `ask` says so.
    this.#child.stdin.on('error', () => undefined);
  }

  static async start(interpreter: string, program = 'library.py'): Promise<PythonSession> {
    return new PythonSession(interpreter, program, await mkdtemp(join(tmpdir(), 'pharus-interop-')));
  }

  /**
   * Runs a command of `library.py`; one at a time.
   * @throws PythonError what the library raised.
   */
  async ask<T>(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify({ command, ...args })}\n`);
    const { value, done } = await this.#replies.next();
    if (done === true) throw new Error(`Python ended without an answer to ${command}:\n${this.#errors}`);
    const reply = JSON.parse(value) as Reply;
    if ('error' in reply) throw new PythonError(reply.error, { cause: reply.trace });
    return reply.answer as T;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin.end();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await ended;
    await rm(this.#directory, { recursive: true, force: true });
  }
}
