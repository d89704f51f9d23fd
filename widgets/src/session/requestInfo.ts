/** The request of a shown project: one call for all that need it, until the run has moved on. */

import type { Transport } from "../api/transport";
import type { RequestInfo } from "../model/entities";
import type { ProjectStore } from "../model/store";

interface Known {
  info: RequestInfo;
  /** A retry ends in the same status with another result. */
  retries: number;
}

const calls = new WeakMap<ProjectStore, Promise<Known>>();

/** Return what is known of the request as the run stands now. @throws ApiError */
export async function requestInfo(transport: Transport, store: ProjectStore): Promise<RequestInfo> {
  const { snapshot } = store;
  const last = calls.get(store);
  // Who asked last says why it failed; here it is asked again.
  const known = await last?.catch(() => null);
  if (known && known.info.status === snapshot.status && known.retries === snapshot.retry_count)
    return known.info;
  const newer = calls.get(store);
  if (newer && newer !== last) return (await newer).info;
  const call = transport.request(store.projectId).then((info) => ({ info, retries: snapshot.retry_count }));
  calls.set(store, call);
  return (await call).info;
}
