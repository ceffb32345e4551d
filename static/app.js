"use strict";
/* What pages do beyond links and forms. Everything works without it, only less comfortably. */
(() => {
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  document.documentElement.classList.add("js");
  const composing = (event) => event.isComposing || event.keyCode === 229;

  /* ---- navigation folded to icons, remembered in this browser */
  const FOLDED = "nav-folded";
  if (localStorage.getItem(FOLDED) === "1") document.body.classList.add(FOLDED);
  const foldNavigation = () => {
    const folded = document.body.classList.toggle(FOLDED);
    localStorage.setItem(FOLDED, folded ? "1" : "0");
  };

  /* ---- selection: count and sum of the ticked rows (sums in fen, so that nothing is rounded) */
  const toFen = (text) => {
    const [yuan, fen = ""] = (text || "0").split(".");
    return BigInt(yuan + (fen + "00").slice(0, 2));
  };
  const grouped = (fen) => {
    const digits = String(fen < 0n ? -fen : fen).padStart(3, "0");
    const yuan = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
    return (fen < 0n ? "-" : "") + yuan + "." + digits.slice(-2);
  };
  const updateSelection = (form) => {
    const ticks = all("tbody input[type=checkbox][name=pk]", form);
    const chosen = ticks.filter((tick) => tick.checked);
    const whole = find("[data-select-filter]", form);
    const everything = whole !== null && whole.checked;
    ticks.forEach((tick) => tick.closest("tr").classList.toggle("selected", tick.checked));
    const sum = chosen.reduce((total, tick) => total + toFen(tick.dataset.amount), 0n);
    all("[data-selected-count]", form).forEach((node) => { node.textContent = chosen.length; });
    all("[data-selected-sum]", form).forEach((node) => { node.textContent = grouped(sum); });
    const every = find("[data-select-all]", form);
    if (every) {
      every.checked = chosen.length > 0 && chosen.length === ticks.length;
      every.indeterminate = chosen.length > 0 && chosen.length < ticks.length;
    }
    const bar = find(".selection-bar", form);
    if (bar) {
      bar.classList.toggle("active", everything || chosen.length > 0);
      all("button", bar).forEach((button) => { button.disabled = !everything && chosen.length === 0; });
    }
  };
  const updateSelections = () => all("form[data-selection]").forEach(updateSelection);

  /* ---- amounts in capitals while they are typed; the server's core.money decides, this only shows */
  const DIGITS = "零壹贰叁肆伍陆柒捌玖";
  const capitals = (text) => {
    const plain = text.replace(/[,，\s￥]/g, "");
    if (!/^\d{1,12}(\.\d{0,2})?$/.test(plain)) return "";
    const fen = toFen(plain);
    const whole = String(fen / 100n);
    const [jiao, cent] = String(fen % 100n).padStart(2, "0").split("").map(Number);
    const marks = ["", "拾", "佰", "仟", "万", "拾", "佰", "仟", "亿", "拾", "佰", "仟"];
    let yuan = "";
    Array.from(whole).forEach((digit, i) => {
      const place = whole.length - 1 - i;
      yuan += digit === "0" ? "零" : DIGITS[digit] + marks[place];
      if (digit === "0" && place % 4 === 0) yuan += marks[place];
    });
    yuan = yuan.replace(/零+/g, "零").replace(/零(?=[万亿])/g, "").replace(/亿万/g, "亿零").replace(/零+/g, "零").replace(/零$/, "");
    const rest = jiao ? DIGITS[jiao] + "角" + (cent ? DIGITS[cent] + "分" : "")
      : cent ? (yuan ? "零" : "") + DIGITS[cent] + "分" : "整";
    return "人民币" + (yuan ? yuan + "元" : rest === "整" ? "零元" : "") + rest;
  };

  /* ---- confirm: a button with data-confirm asks first; {count} and {sum} are those of the selection */
  const ask = (button) => {
    const dialog = find("#confirm");
    const form = button.form;
    const value = (name) => (form && find(`[data-selected-${name}]`, form) || {}).textContent || "";
    find("#confirm-text").textContent = button.dataset.confirm.replace("{count}", value("count")).replace("{sum}", value("sum"));
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") return button.focus();
      button.dataset.confirmed = "1";
      button.click();
      delete button.dataset.confirmed;
    }, { once: true });
    dialog.returnValue = "";
    dialog.showModal();
    find("[data-answer=yes]", dialog).focus();
  };

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-nav-toggle],[data-dismiss],[data-print],[data-answer],[data-confirm],.error-summary a");
    all("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    if (!target) return;
    if (target.matches("[data-nav-toggle]")) foldNavigation();
    else if (target.matches("[data-dismiss]")) target.closest("li").remove();
    else if (target.matches("[data-print]")) window.print();
    else if (target.matches("[data-answer]")) target.closest("dialog").close(target.dataset.answer);
    else if (target.matches("[data-confirm]") && target.dataset.confirm && !target.dataset.confirmed) {
      event.preventDefault();
      ask(target);
    } else if (target.matches(".error-summary a")) {
      const field = document.getElementById(target.hash.slice(1));
      const control = field && (field.matches("input,select,textarea") ? field : find("input,select,textarea", field));
      if (control) { event.preventDefault(); control.focus(); }
    }
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-selection]");
    if (form) {
      if (event.target.matches("[data-select-all]"))
        all("tbody input[type=checkbox][name=pk]", form).forEach((tick) => { tick.checked = event.target.checked; });
      updateSelection(form);
    }
    const box = event.target.closest("[data-drop]");
    if (box && event.target.type === "file")
      find("[data-file-name]", box).textContent = Array.from(event.target.files, (file) => file.name).join("，");
  });

  document.addEventListener("input", (event) => {
    const body = event.target.closest("[data-capitals]");
    if (body) find(".capitals", body).textContent = capitals(event.target.value);
  });

  /* ---- a form is sent once; the server's own key decides, this saves the second click */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-form],[data-selection]")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button) button.classList.add("busy");
    setTimeout(() => { delete form.dataset.sent; if (button) button.classList.remove("busy"); }, 5000);
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));

  /* ---- files dropped on the box */
  ["dragover", "dragleave", "drop"].forEach((kind) => document.addEventListener(kind, (event) => {
    const box = event.target.closest && event.target.closest("[data-drop]");
    if (!box) return;
    event.preventDefault();
    box.classList.toggle("over", kind === "dragover");
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    const input = find("input[type=file]", box);
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }));

  /* ---- keys: an Enter that only ends the input method's word does nothing */
  let pressedG = 0;
  const nextField = (field) => {
    const fields = all("input:not([type=hidden]),select,textarea,button.primary", field.form).filter((each) => !each.disabled && each.offsetParent);
    const next = fields[fields.indexOf(field) + 1];
    if (next) next.focus();
  };
  const enter = (event) => {
    const field = event.target;
    const form = field.form;
    if (!form || !form.matches("[data-form]")) return;
    if (event.ctrlKey) {
      const button = find("button.primary", form);
      event.preventDefault();
      if (button) button.click();
    } else if (field.matches("input:not([type=file]),select") && all("input:not([type=hidden]),select,textarea", form).length > 2) {
      event.preventDefault();
      nextField(field);
    }
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || composing(event)) {
      if (composing(event)) { if (event.key === "Enter") event.preventDefault(); } else enter(event);
      return;
    }
    if (event.target.matches("input,select,textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      const field = find("[data-search-box]") || find("[data-query-form] input:not([type=hidden])");
      if (field) { event.preventDefault(); field.focus(); field.select(); }
    } else if (event.key === "?") find("#keys").showModal();
    else if (event.key === "t" && Date.now() - pressedG < 1000) window.location.assign("/");
    pressedG = event.key === "g" ? Date.now() : 0;
  });

  /* ---- pages and the fragments that htmx brings; a new search keeps the order and size of the list */
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.matches("[data-query-form]")) return;
    const present = new URLSearchParams(window.location.search);
    ["sort", "size"].forEach((name) => { if (present.get(name)) event.detail.parameters[name] = present.get(name); });
  });
  const settle = (root) => {
    updateSelections();
    const summary = find("[data-focus]", root);
    if (summary) summary.focus();
  };
  settle(document);
  document.addEventListener("htmx:afterSettle", (event) => settle(event.target));
})();
