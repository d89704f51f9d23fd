import { render } from "preact";
import { afterEach } from "vitest";

afterEach(() => {
  for (const element of document.querySelectorAll("[data-test-root]")) {
    render(null, element);
    element.remove();
  }
  localStorage.clear();
});
