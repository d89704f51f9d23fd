/** The three panels of a project, in the sizes that the person chose. */

import type { JSX } from "preact";
import { PANELS, panels } from "../session/panels";
import { showsWhy } from "../session/nextChange";
import type { Session } from "../session/session";
import { testsOf } from "../session/tests";
import { tracesOf } from "../session/traces";
import { Files } from "./Files";
import { Log } from "./Log";
import { TestsPanel } from "./TestsPanel";
import { Splitter } from "./Splitter";
import { View } from "./View";
import { Why } from "./Why";

export function Body({ session, id }: { session: Session; id: string }): JSX.Element {
  const style: Record<string, string> = {};
  for (const name of PANELS) {
    const size = panels.value[name];
    if (size !== undefined) style[`--af-${name}`] = `${size}px`;
  }
  return (
    <div
      class="af-body"
      style={style}
      onKeyDown={(event) => {
        if (event.key === "Escape" && tracesOf(session).leave()) event.stopPropagation();
      }}>
      <Files session={session} />
      <View session={session} id={id} />
      <Side session={session} />
      <Splitter panel="body" edge="bottom" />
    </div>
  );
}

/** The right column: the tests, once opened, else the reason of a finished change, else what a phase did. */
function Side({ session }: { session: Session }): JSX.Element {
  if (testsOf(session).isOpen.value && session.openPhase.value === null)
    return <TestsPanel session={session} />;
  return showsWhy(session) ? <Why session={session} /> : <Log session={session} />;
}
