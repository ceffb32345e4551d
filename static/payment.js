"use strict";
/* What a payment does, batch by batch, is said before it is done. Fen are whole numbers, so no sum is rounded. */
(() => {
  const fen = (text) => Math.round(Number(String(text).replace(/[,，\s]/g, "")) * 100) || 0;
  const yuan = (sum) => (sum / 100).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ",");

  const partsOf = (button) => {
    const { elements } = button.form;
    let rest = fen(elements.amount.value);
    const lines = Array.from(button.form.querySelectorAll("tbody input[name=pk]:checked"), (tick) => {
      const typed = elements[`part-${tick.value}`];
      const part = fen((typed && typed.value) || tick.dataset.amount);
      rest -= part;
      return button.dataset.confirmPart.replace("{number}", tick.getAttribute("aria-label")).replace("{part}", yuan(part));
    });
    const words = rest > 0 ? button.dataset.confirmRest : button.dataset.confirmShort;
    return rest ? [...lines, words.replace("{rest}", yuan(Math.abs(rest)))] : lines;
  };

  /* in the capture phase: the question is complete before app.js asks it */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-confirm-part]");
    if (!button) return;
    if (!button.dataset.question) button.dataset.question = button.dataset.confirm;
    button.dataset.confirm = [button.dataset.question, ...partsOf(button)].join("\n");
  }, true);
})();
