"use strict";
/* A whole number stands on the screen for half a minute, and never in what the browser goes back to. */
(() => {
  const shown = () => Array.from(document.querySelectorAll("[data-hide-after]"));
  const hide = (number) => { if (number.parentElement) number.parentElement.replaceChildren(); };
  const watch = () => shown().filter((number) => !number.dataset.watched).forEach((number) => {
    number.dataset.watched = "1";
    const menu = number.closest(".reveal").querySelector("details");
    if (menu) menu.open = false;
    setTimeout(() => hide(number), number.dataset.hideAfter * 1000);
  });
  document.addEventListener("htmx:afterSettle", watch);
  window.addEventListener("pagehide", () => shown().forEach(hide));
  watch();
})();
