// Makes the work list comfortable: compact dates, how much is typed and not saved, and a question before leaving it.

import { compact } from "./grid-dates.js";

const form = document.getElementById("por-reportar");

function typed() {
  const boxes = [...form.querySelectorAll("input[type=text], select, textarea")];
  return new Set(boxes.filter((box) => box.value.trim()).map((box) => box.name.replace(/-[a-z]+$/, "")));
}

function tell() {
  const count = typed().size;
  const rows = count === 1 ? "1 hito escrito y sin guardar." : `${count} hitos escritos y sin guardar.`;
  form.querySelector("[data-told]").textContent = count ? rows : "Una casilla vacía no cambia nada.";
}

if (form) {
  let isSending = false;
  const year = Number(form.dataset.year);
  form.addEventListener("focusout", (event) => {
    const box = event.target;
    if (box.matches("[data-day]")) box.value = compact(box.value, year);
  });
  form.addEventListener("input", tell);
  form.addEventListener("submit", () => { isSending = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!isSending && typed().size) event.preventDefault();
  });
  window.addEventListener("pageshow", () => { isSending = false; tell(); });
}
