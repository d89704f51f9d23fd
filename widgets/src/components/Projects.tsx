/** Earlier projects: their pictures and results; to open, rename, compare, download or delete them. */

import type { JSX, TargetedKeyboardEvent } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { t } from "../i18n";
import { familiesOf, matches, type ProjectList } from "../session/projectList";
import type { Session } from "../session/session";
import { Button } from "./Button";
import { Icon } from "./Icon";
import { DropTarget, Import, ImportState } from "./Import";
import { Panel } from "./Panel";
import { ProjectItem } from "./ProjectItem";
import { Quiet } from "./Quiet";

/** The number of projects listed at first and added by each click: thousands would block the page. */
const PAGE = 50;
/** A few projects are found by looking: the search field is shown from this number of projects on. */
const SEARCH_FROM = 8;

export function Projects({ session }: { session: Session }): JSX.Element {
  const { projectList, deletions } = session;
  const [text, setText] = useState("");
  const [limit, setLimit] = useState(PAGE);
  const snapshot = session.store.value?.current;
  // Also when the shown run has ended or was renamed: its row says so.
  useEffect(() => void projectList.load(), [projectList, snapshot?.status, snapshot?.title]);

  const failure = projectList.failure.value;
  const projects = projectList.projects.value;
  const deleted = deletions.deleted.value;
  const here = useMemo(
    () => projects && familiesOf(projects.filter((project) => !deleted.has(project.project_id))),
    [projects, deleted],
  );
  const found = text.trim() ? here?.filter(({ newest }) => matches(newest, text)) : here;
  const left = (found?.length ?? 0) - limit;
  return (
    <Panel
      class="af-drawer"
      title={t("projects.title")}
      closing={t("action.close")}
      opener=".af-open-projects"
      onClose={() => (session.drawer.value = false)}
      head={(close) => (
        <>
          {here && here.length >= SEARCH_FROM && <Search text={text} onInput={setText} />}
          <Import session={session} onImported={close} />
        </>
      )}>
      {(close) => (
        <>
          <ImportState session={session} />
          {failure && <Quiet failure={failure} />}
          {!here && !failure && <Quiet busy text={t("projects.loading")} />}
          {here?.length === 0 && <Quiet text={t("projects.none")} />}
          {here && here.length > 0 && found?.length === 0 && (
            <Quiet text={t("projects.find.none", { text })} />
          )}
          <DropTarget session={session} onImported={close}>
            <ul onKeyDown={moveInColumn}>
              {found?.slice(0, limit).map((family) => (
                <ProjectItem
                  key={family.newest.project_id}
                  session={session}
                  family={family}
                  onOpened={close}
                />
              ))}
              {left > 0 && (
                <li>
                  <Button class="af-more" onClick={() => setLimit(limit + PAGE)}>
                    {t("projects.more", { count: Math.min(PAGE, left), left })}
                  </Button>
                </li>
              )}
            </ul>
          </DropTarget>
          <Picked projectList={projectList} onCompare={close} />
        </>
      )}
    </Panel>
  );
}

function Search({ text, onInput }: { text: string; onInput(text: string): void }): JSX.Element {
  return (
    <label class="af-search">
      <Icon name="search" />
      <input
        type="search"
        value={text}
        aria-label={t("projects.find")}
        placeholder={t("projects.find")}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}

/** The projects that were picked for a comparison. */
function Picked({
  projectList,
  onCompare,
}: {
  projectList: ProjectList;
  onCompare(): void;
}): JSX.Element | null {
  const [first] = projectList.picked.value;
  const pair = projectList.pair.value;
  if (!first) return null;
  const text = pair
    ? t("projects.pick.two", { before: projectList.name(pair.before), after: projectList.name(pair.after) })
    : t("projects.pick.one", { name: projectList.name(first) });
  const drop = (): void => {
    projectList.picked.value = [];
  };
  const go = (): void => {
    onCompare();
    projectList.compare(pair);
  };
  return (
    <div class="af-picked">
      <span role="status">{text}</span>
      <Button onClick={drop}>{t("projects.pick.drop")}</Button>
      <Button primary disabled={!pair} onClick={go}>
        {t("projects.pick.go")}
      </Button>
    </div>
  );
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

/** The up and down keys go to the same control of the next row; Tab goes through all of them. */
function moveInColumn(event: TargetedKeyboardEvent<HTMLUListElement>): void {
  const step = STEPS[event.key];
  const from = event.target as Element;
  if (!step || from.tagName !== "BUTTON") return;
  const lines = [...event.currentTarget.children];
  const line = lines.findIndex((one) => one.contains(from));
  const column = [...lines[line]!.querySelectorAll("button")].indexOf(from as HTMLButtonElement);
  const buttons = lines[line + step]?.querySelectorAll("button");
  if (!buttons?.length) return;
  event.preventDefault();
  buttons[Math.min(column, buttons.length - 1)]!.focus();
}
