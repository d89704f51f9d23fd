/** The versions unfolded: the graph with their labels, and the comparison of two. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { formatAge, t } from "../i18n";
import { type Rail, railsOf, type Version } from "../model/versions";
import { TITLE_LIMIT } from "../session/projectList";
import type { Session } from "../session/session";
import { versionsOf } from "../session/versions";
import { Button } from "./Button";
import { Compare } from "./Compare";
import { Icon } from "./Icon";
import { NameField } from "./NameField";
import { Thumbnail } from "./Thumbnail";
import { Facts } from "./VersionStrip";
import { Tool } from "./Tool";

export function VersionPanel({ session }: { session: Session }): JSX.Element {
  const versions = versionsOf(session);
  const list = versions.list.value;
  const rails = railsOf(list);
  const pair = versions.pair.value;
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.querySelector<HTMLElement>(".af-close")?.focus(), []);
  const close = (): void => {
    versions.unfold(false);
    const workbench = panel.current?.closest("[data-aiflow-workbench]");
    // The strip comes back in the next frame.
    requestAnimationFrame(() => workbench?.querySelector<HTMLElement>(".af-unfold")?.focus());
  };
  return (
    <section
      class="af-versions"
      ref={panel}
      aria-label={t("versions.title")}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}>
      <header class="af-cap">
        <h4>{t("versions.title")}</h4>
        <span>{t("versions.count", { count: list.length })}</span>
        <Tool class="af-close" icon="cross" label={t("versions.close")} onClick={close} />
      </header>
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
    </section>
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
      <span class="af-lane" aria-hidden="true">
        {rail.trunk.before && <i class="af-in" />}
        {rail.trunk.after && <i class="af-out" />}
        {rail.branch.before && <i class="af-in af-low" />}
        {rail.branch.after && <i class="af-out af-low" />}
        {rail.isBent && <i class="af-bend" />}
        <b class={rail.isBranch ? "af-low" : ""} />
      </span>
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
