/** An action of a person that may be refused. */

import type { Signal } from "@preact/signals";
import { type ApiError, asApiError } from "../model/errors";

/** Perform an action; return whether it worked. If not, `failure` holds the error. */
export async function attempt(
  failure: Signal<ApiError | null>,
  action: () => Promise<void>,
): Promise<boolean> {
  failure.value = null;
  try {
    await action();
    return true;
  } catch (error) {
    failure.value = asApiError(error);
    return false;
  }
}
