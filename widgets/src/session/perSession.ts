/** State that belongs to a session without being part of it: made when it is first needed. */

import type { Session } from "./session";

export function perSession<T>(make: (session: Session) => T): (session: Session) => T {
  // Weak: what was made for a session goes with it.
  const made = new WeakMap<Session, T>();
  return (session) => {
    const found = made.get(session) ?? make(session);
    made.set(session, found);
    return found;
  };
}
