/** Whether the next run stops after each step and, once the person has chosen, whether it asks first. */

import type { JSX } from "preact";
import { t } from "../i18n";
import { askSetting } from "../session/askSetting";
import type { Session } from "../session/session";
import { Switch } from "./Switch";

export function RunSwitches({ session }: { session: Session }): JSX.Element {
  return (
    <div class="af-switches">
      {askSetting.isChosen && (
        <Switch
          name={t("questions.switch")}
          hint={t("questions.switch.hint")}
          checked={askSetting.over(session.welcome.ask) !== "never"}
          onChange={(on) => askSetting.set(on)}
        />
      )}
      <Switch
        name={t("action.pauseEach")}
        hint={t("hint.pauseEach")}
        checked={session.pauseEach.value}
        onChange={(on) => session.setPauseEach(on)}
      />
    </div>
  );
}
