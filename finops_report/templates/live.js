"use strict";
// Figures come as events, drawn by the server: what has changed takes the place of what stands there.
(() => {
  const root = document.documentElement;
  const state = document.getElementById("state");
  const AGAIN_MS = 3000; // after an answer that is no stream: the browser itself would give up
  const STALE_MS = 20000; // longer than the server ever takes between two figures while somebody looks
  let late = 0;
  root.classList.add("scripted");

  // A screen reader is told when the connection is lost and back, not of each figure.
  function say(text, isBad) {
    if (state.textContent === text) return;
    state.textContent = text;
    state.classList.toggle("bad", isBad);
  }

  // On a telephone a row of many columns stands as its name over its figures, each with its title (widths.css).
  function stack(within) {
    for (const table of within.querySelectorAll(".scroll table")) {
      const titles = table.rows[0].cells;
      if (titles.length < 5) continue;
      table.className = "stacked";
      for (const cell of table.querySelectorAll("td")) cell.dataset.title = titles[cell.cellIndex].textContent;
    }
  }

  function replace(old, part) {
    const [before, after] = [old, part].map((one) => [...one.querySelectorAll(".scroll")]);
    const focused = before.indexOf(document.activeElement);
    old.replaceWith(part);
    before.forEach((box, i) => { if (after[i]) after[i].scrollLeft = box.scrollLeft; });
    after[focused]?.focus({ preventScroll: true });
  }

  function show(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html"); // of our own server, which has escaped all names
    stack(fresh);
    for (const part of fresh.querySelectorAll("[data-part]")) {
      const old = document.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
      if (!old) document.getElementById("figures").replaceChildren(...fresh.body.childNodes);
      else if (!old.isEqualNode(part)) replace(old, document.adoptNode(part));
    }
    clearTimeout(late);
    late = setTimeout(() => say("No new figures: the gateway does not draw any", true), STALE_MS);
    say("Live", false);
  }

  function follow() {
    const events = new EventSource("live");
    events.addEventListener("figures", (event) => show(event.data));
    events.addEventListener("error", () => {
      clearTimeout(late);
      say("Connection lost, trying again", true);
      if (events.readyState === EventSource.CLOSED) setTimeout(follow, AGAIN_MS);
    });
  }

  const theme = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  function name() {
    theme.textContent = dark() ? "Light" : "Dark";
    theme.setAttribute("aria-label", `Switch to ${dark() ? "light" : "dark"} colours`);
  }
  theme.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    name();
  });
  system.addEventListener("change", name);
  name();
  stack(document);
  follow();
})();
