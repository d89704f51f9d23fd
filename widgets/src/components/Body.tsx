/** The three panels of a project, in the sizes that the person chose. */

import type { JSX } from "preact";
import { PANELS, panels } from "../session/panels";
import { showsWhy } from "../session/nextChange";
import type { Session } from "../session/session";
import { Files } from "./Files";
import { Log } from "./Log";
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
    <div class="af-body" style={style}>
      <Files session={session} />
      <View session={session} id={id} />
      {showsWhy(session) ? <Why session={session} /> : <Log session={session} />}
      <Splitter panel="body" edge="bottom" />
    </div>
  );
}
