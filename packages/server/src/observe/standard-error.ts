import { type DestinationStream, pino } from 'pino';

/** Milliseconds that a line may wait for others, to be written with them. */
const gathering = 10;

type StandardError = DestinationStream & { flushSync(): void };

let opened: StandardError | undefined;

/**
 * Standard error for log lines, one for the whole process. Another thread writes to it, so that a slow reader holds nothing up.
 * What waits is written before the program ends, unless it is killed.
 */
export function standardError(): StandardError {
  opened ??= open();
  return opened;
}

function open(): StandardError {
  const file = pino.destination(2);
  let lines = '';
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (lines !== '') file.write(lines);
    lines = '';
  };
  const flushSync = (): void => {
    write();
    file.flushSync();
  };
  process.once('exit', flushSync);
  return {
    write(line) {
      lines += line;
      timer ??= setTimeout(write, gathering);
    },
    flushSync,
  };
}
