/** The next sentence: what a finished program is to be changed to, and what is said beside it. */

import { t } from "../i18n";
import { hasFailed, isChange } from "../model/change";
import type { ChangeRequest } from "../model/entities";
import { isApiError } from "../model/errors";
import { isFinal } from "../model/fold";
import { pausesAfter, titleOf } from "../model/phases";
import type { ProjectStore } from "../model/store";
import { requestInfo } from "./requestInfo";
import type { Session } from "./session";
import { versionsOf } from "./versions";

/** Whether the sentence can be written: there is a program, or a failed change left one as it was. */
export function takesNext(session: Session): boolean {
  const state = session.store.value?.current;
  return state !== undefined && (state.status === "completed" || hasFailed(state));
}

/** Whether the reason of a finished change is shown in place of the record of a phase. */
export function showsWhy(session: Session): boolean {
  const state = session.store.value?.current;
  const isDone = state !== undefined && isChange(state) && state.status === "completed";
  return isDone && !session.showsRecord.value && session.openPhase.value === null;
}

/** The name of the version that the shown one was made from. */
export function parentName(session: Session): string {
  const parent = session.store.value?.current.version?.parent_id;
  const number = versionsOf(session).find(parent)?.version;
  return number ? `v${number}` : t("version.before");
}

/** Have the shown project changed; after a change that failed, its parent, which is as it was. */
export async function sendChange(session: Session): Promise<void> {
  const store = session.store.value;
  const prompt = session.next.value.trim();
  if (!store || !prompt) return;
  const request: ChangeRequest = { prompt, ...session.ask };
  if (session.pauseEach.value) request.pause_after = pausesAfter(session.phases);
  const title = titleOf(store.snapshot);
  await session.actions.attempt("change", async () => {
    const id = await session.transport.change(baseOf(store), request);
    session.begun(id, { user_input: prompt, title });
  });
}

function baseOf({ projectId, snapshot }: ProjectStore): string {
  return (hasFailed(snapshot) && snapshot.version?.parent_id) || projectId;
}

/** After a run's end: the sentence of a failed change stays in the box, and there are new ideas. */
export async function prepareNext(session: Session, store: ProjectStore): Promise<void> {
  const { snapshot } = store;
  if (!isFinal(snapshot.status)) return;
  if (hasFailed(snapshot)) session.next.value ||= snapshot.version?.request ?? "";
  try {
    const base = baseOf(store);
    const info =
      base === store.projectId
        ? await requestInfo(session.transport, store)
        : await session.transport.request(base);
    store.ideas.value = info.ideas ?? [];
  } catch (error) {
    if (!isApiError(error)) throw error; // the box is as good without ideas
  }
}
