"use strict";
/* Wrong cells of a workbook: how many are left, and a column copied in Excel pasted over them. */
(() => {
  const cellInputs = (form) => Array.from(form.querySelectorAll("input.cell-input"));
  const countCells = (form) => {
    const left = cellInputs(form).filter((field) => field.value === field.defaultValue).length;
    form.querySelector("[data-cells-left]").textContent = left;
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-grid]");
    if (form) countCells(form);
  });
  document.addEventListener("paste", (event) => {
    const form = event.target.closest("form[data-grid]");
    const lines = event.clipboardData.getData("text").replace(/\r?\n$/, "").split(/\r?\n/);
    if (!form || lines.length < 2) return;
    event.preventDefault();
    const fields = cellInputs(form);
    const first = fields.indexOf(event.target);
    fields.slice(first, first + lines.length).forEach((field, i) => { field.value = lines[i].split("\t")[0]; });
    countCells(form);
  });
})();
