"use strict";
/* A whole number stands on the screen for half a minute, and never in what the browser goes back to. */
(() => {
  const shown = () => Array.from(document.querySelectorAll("[data-hide-after]"));
  const place = (number) => number.closest(".reveal");
  const hide = (number) => {
    if (!number.isConnected) return;
    place(number).classList.remove("open");
    number.parentElement.textContent = "";
  };
  const watch = () => shown().filter((number) => !number.dataset.watched).forEach((number) => {
    number.dataset.watched = "1";
    const menu = place(number).querySelector("details");
    if (menu) menu.open = false;
    place(number).classList.add("open");
    setTimeout(() => hide(number), number.dataset.hideAfter * 1000);
  });
  document.addEventListener("htmx:afterSettle", watch);
  window.addEventListener("pagehide", () => shown().forEach(hide));
  watch();
})();
