"use strict";
/* From a page back to its list: the same search, page and place. Kept in this tab, for this person only. */
(() => {
  const viewer = document.body.dataset.viewer || "";
  if (sessionStorage.getItem("viewer") !== viewer) { sessionStorage.clear(); sessionStorage.setItem("viewer", viewer); }
  const read = (name) => JSON.parse(sessionStorage.getItem(name) || "{}");
  const isList = () => document.getElementById("list") !== null;
  const here = window.location;

  window.addEventListener("pagehide", () => {
    if (!isList()) return;
    const lists = read("lists");
    lists[here.pathname] = { search: here.search, top: window.scrollY };
    sessionStorage.setItem("lists", JSON.stringify(lists));
  });

  /* a list chosen in the navigation begins anew */
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.closest(".sidebar,.brand")) sessionStorage.removeItem("lists");
    const kept = read("lists")[link.pathname];
    if (kept && link.matches(".breadcrumb a,[data-back]")) {
      link.search = kept.search;
      sessionStorage.setItem("returning", link.pathname);
    }
  });
  if (sessionStorage.getItem("returning") === here.pathname && isList())
    window.scrollTo(0, (read("lists")[here.pathname] || { top: 0 }).top);
  sessionStorage.removeItem("returning");
})();
