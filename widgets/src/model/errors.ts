/** Errors that a call to the server or the kernel ends with. */

/** An error answer. `status` is 0 where no answer came at all. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly reason: string,
    readonly retryable: boolean,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

export function isApiError(error: unknown): error is ApiError {
  return error instanceof ApiError;
}

/** Whether a promise was rejected because its caller aborted it. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** Return `error` as an ApiError; an unexpected one is logged and becomes `internal_error`. */
export function asApiError(error: unknown): ApiError {
  if (isApiError(error)) return error;
  console.error(error);
  return new ApiError("", 0, "internal_error", false);
}
