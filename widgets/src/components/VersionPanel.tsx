/** The versions unfolded: the graph with their labels, and the comparison of two. */

import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { formatAge, t } from "../i18n";
import { type Rail, railsOf, type Version } from "../model/versions";
import { TITLE_LIMIT } from "../session/projectList";
import type { Session } from "../session/session";
import { versionsOf } from "../session/versions";
import { Button } from "./Button";
import { Compare } from "./Compare";
import { Icon } from "./Icon";
import { NameField } from "./NameField";
import { Panel } from "./Panel";
import { RailLines } from "./RailLines";
import { Thumbnail } from "./Thumbnail";
import { Facts } from "./VersionStrip";

export function VersionPanel({ session }: { session: Session }): JSX.Element {
  const versions = versionsOf(session);
  const list = versions.list.value;
  const rails = railsOf(list);
  const pair = versions.pair.value;
  return (
    <Panel
      class="af-versions"
      title={t("versions.title")}
      closing={t("versions.close")}
      opener=".af-unfold"
      takesFocus
      onClose={() => versions.unfold(false)}
      head={() => <span>{t("versions.count", { count: list.length })}</span>}>
      {() => (
        <div class="af-versions-body">
          <div class="af-graph">
            <ol>
              {list.map((version, index) => (
                <Row key={version.project_id} session={session} version={version} rail={rails[index]!} />
              ))}
            </ol>
            <p class="af-quiet">{t("versions.help")}</p>
          </div>
          {pair && <Compare session={session} pair={pair} onChange={(next) => versions.compare(next)} />}
        </div>
      )}
    </Panel>
  );
}

interface RowProps {
  session: Session;
  version: Version;
  rail: Rail;
}

function Row({ session, version, rail }: RowProps): JSX.Element {
  const versions = versionsOf(session);
  const { project_id: id, parent_id: parent, label } = version;
  const name = `v${version.version}`;
  const line = useRef<HTMLLIElement>(null);
  const [labelling, setLabelling] = useState(false);
  const { before, after } = versions.pair.value ?? {};
  const shown = session.store.value?.projectId === id;
  const isPicked = id === before || id === after;
  const done = (): void => {
    setLabelling(false);
    requestAnimationFrame(() => line.current?.querySelector<HTMLElement>(".af-label-it")?.focus());
  };
  return (
    <li
      ref={line}
      data-version={version.version}
      data-picked={isPicked ? "" : undefined}
      data-newest={versions.newest.value === version ? "" : undefined}
      aria-current={shown ? "true" : undefined}>
      <RailLines class="af-lane" rail={rail} />
      <Thumbnail session={session} projectId={id} name={name} has={version.thumbnail}>
        <Icon name="terminal" />
      </Thumbnail>
      <div class="af-row-text">
        <p class="af-say">
          <b>{name}</b>
          <span>{version.request || t(`versions.cause.${version.cause}`)}</span>
        </p>
        <p class="af-meta">
          {id === before && <span class="af-tag af-on">{t("compare.before")}</span>}
          {id === after && <span class="af-tag af-on">{t("compare.after")}</span>}
          {label && (
            <span class="af-tag">
              <Icon name="tag" />
              {label}
            </span>
          )}
          <Facts session={session} version={version} />
          <time dateTime={version.created_at}>{formatAge(version.created_at)}</time>
          {parent && !versions.find(parent) && <span>{t("versions.orphan")}</span>}
        </p>
        {labelling ? (
          <NameField
            label={t("versions.label.field", { name })}
            value={label ?? ""}
            least={0}
            limit={TITLE_LIMIT}
            save={t("versions.label.save")}
            cancel={t("versions.label.cancel")}
            onSave={(text) => versions.relabel(id, text)}
            onDone={done}
          />
        ) : (
          <p class="af-do">
            {shown ? (
              <span class="af-shown">{t("projects.current")}</span>
            ) : (
              <Button class="af-text" description={name} onClick={() => versions.open(id)}>
                {t("versions.open")}
              </Button>
            )}
            <Button class="af-text af-label-it" description={name} onClick={() => setLabelling(true)}>
              {t(label ? "versions.label.change" : "versions.label.add")}
            </Button>
            {!isPicked && (
              <Button class="af-text" description={name} onClick={() => versions.pick(id)}>
                {t("versions.pick")}
              </Button>
            )}
          </p>
        )}
      </div>
    </li>
  );
}
