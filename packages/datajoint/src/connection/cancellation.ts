import { CancelledError, DataJointError, TimeoutError } from '../errors.ts';

/** The error for an operation given up by its signal: of the signal's own reason, where that says more. */
export function cancellationOf(signal: AbortSignal): DataJointError {
  const reason: unknown = signal.reason;
  if (reason instanceof DataJointError) return reason;
  return reason instanceof Error && reason.name === 'TimeoutError'
    ? new TimeoutError('The operation took longer than it may.', { cause: reason })
    : new CancelledError('The operation was given up.', { cause: reason });
}
