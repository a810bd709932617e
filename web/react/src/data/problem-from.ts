import { isProblem, ProblemError } from '@pgrecall/api-client';

/** What was caught, as a problem that can be shown. */
export function problemFrom(error: unknown): ProblemError {
  if (isProblem(error)) return error;
  const details = { code: 'client/unexpected', title: 'something went wrong in this page' };
  return new ProblemError(details, { cause: error });
}
