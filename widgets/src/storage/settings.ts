/** What belongs to the person, not to a project: kept in the browser's localStorage, where there is one. */

import { Kept } from "./webStorage";

const kept = new Kept("localStorage", "aiflow.workbench.");

export const person = {
  read: (name: string, otherwise: string): string => kept.read(name) ?? otherwise,
  write: (name: string, value: string): void => kept.write(name, value),
  remove: (name: string): void => kept.remove(name),
};
