// Makes the work list comfortable: compact dates, how much is typed and not saved, a question before leaving it, and
// no sending of more files than one save takes.

import { compact } from "./grid-dates.js";

const form = document.getElementById("por-reportar");

function typed() {
  const boxes = [...form.querySelectorAll("input[type=text], input[type=file], input[name$=-adjunto], select, textarea")];
  return new Set(boxes.filter((box) => box.value.trim()).map((box) => box.name.replace(/-[a-z]+$/, "")));
}

function tell() {
  const count = typed().size;
  const rows = count === 1 ? "1 hito escrito y sin guardar." : `${count} hitos escritos y sin guardar.`;
  form.querySelector("[data-told]").textContent = count ? rows : "Una casilla vacía no cambia nada.";
}

function megabytes(bytes) {
  return Math.ceil(bytes / 1024 / 1024);
}

// Texts travel along, so that a little room is left for them.
function tooMuch() {
  const most = Number(form.dataset.mostBytes) * 0.9;
  const boxes = [...form.querySelectorAll("input[type=file]")];
  const bytes = boxes.reduce((sum, box) => sum + [...box.files].reduce((size, file) => size + file.size, 0), 0);
  if (bytes <= most) return "";
  return `Los archivos suman ${megabytes(bytes)} MB y en un guardado caben ${Math.floor(most / 1024 / 1024)}. Deje algunos para después.`;
}

if (form) {
  let isSending = false;
  const year = Number(form.dataset.year);
  form.addEventListener("focusout", (event) => {
    const box = event.target;
    if (box.matches("[data-day]")) box.value = compact(box.value, year);
  });
  form.addEventListener("input", tell);
  form.addEventListener("submit", (event) => {
    const refusal = tooMuch();
    isSending = !refusal;
    if (!refusal) return;
    event.preventDefault();
    form.querySelector("[data-told]").textContent = refusal;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isSending && typed().size) event.preventDefault();
  });
  window.addEventListener("pageshow", () => { isSending = false; tell(); });
}
