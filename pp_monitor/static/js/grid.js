// Starts the grid: everything here makes comfortable what the form already does without a script.

import { Autosave } from "./grid-save.js";
import { Float } from "./grid-float.js";
import { History } from "./grid-undo.js";
import { Keep } from "./grid-keep.js";
import { Keys } from "./grid-keys.js";
import { Paste } from "./grid-paste.js";
import { Leave } from "./grid-leave.js";
import { Place } from "./grid-place.js";
import { Range } from "./grid-range.js";
import { Sheet } from "./grid-sheet.js";
import { Tools } from "./grid-tools.js";
import { button } from "./grid-words.js";

const STATES = {
  saving: () => ["Guardando…", ""],
  saved: (hour) => [`✓ Guardado ${hour}`, "pp-ok-text"],
  settled: () => ["✓ Sin cambios por guardar", "pp-ok-text"],
  clash: (headline) => [headline, "pp-late-text"],
  offline: () => ["Sin conexión: lo escrito está en este equipo y se guardará al volver.", "pp-late-text"],
  expired: () => ["Su sesión venció. Lo escrito está en este equipo.", "pp-late-text"],
  refused: (message) => [message, "pp-late-text"],
};

/** The line that says whether everything is saved; an expired session leads back here through the login. */
function showState(name, detail) {
  const line = document.getElementById("guardado");
  const [text, tone] = STATES[name](detail);
  line.className = `pp-saved-line ${tone}`;
  line.textContent = text;
  if (name === "expired") line.append(" ", link("Ingresar otra vez", window.location.pathname));
  line.dataset.state = name;
}

function link(text, address) {
  const made = document.createElement("a");
  made.href = address;
  made.textContent = text;
  return made;
}

function tell(text, isBad = false) {
  const box = document.getElementById("aviso-borrador");
  const note = document.createElement("div");
  note.className = `pp-notice ${isBad ? "pp-warn" : "pp-done"}`;
  const close = button("", () => note.remove());
  close.className = "pp-note-close";
  close.setAttribute("aria-label", "Cerrar");
  note.append(Object.assign(document.createElement("p"), { textContent: text }), close);
  box.replaceChildren(note);
  return note;
}

/** What an earlier page could not save is offered, never put back unasked. */
function offer(keep, history) {
  const lost = keep.lost();
  if (!lost.length) return keep.forget();
  const cells = lost.length === 1 ? "1 celda que no alcanzó" : `${lost.length} celdas que no alcanzaron`;
  const note = tell(`En este equipo hay ${cells} a guardarse (${keep.old.at}).`, true);
  const act = (text, work) => button(text, () => {
    note.remove();
    work();
    keep.forget();
  });
  note.append(act("Recuperar", () => history.write(lost.map(([field, text]) => [field, text]))));
  return note.append(" ", act("Descartar", () => {}));
}

function start(form) {
  const sheet = new Sheet(form);
  const keep = new Keep(sheet);
  let tools = null;
  const history = new History(sheet, () => tools?.refresh());
  const range = new Range(sheet, history);
  tools = new Tools(sheet, history, range, tell);
  new Keys(sheet, range, { undo: () => history.undo(), redo: () => history.redo(), fill: () => tools.fill() });
  new Paste(sheet, history, range, tell);
  new Place(sheet);
  new Float(["guardado", "aviso-borrador"].map((id) => document.getElementById(id)));
  new Leave(new Autosave(sheet, keep, showState), tell);
  offer(keep, history);
  // Everything is saved by itself: the button would only ask who types to remember it, but for what could not be saved.
  document.querySelector('button[form="plan"][value="guardar"]').hidden = !("pending" in form.dataset);
  form.dataset.ready = "yes";
  // What `make bench` takes as the moment from which the grid can be used.
  performance.mark("pp-grid-ready");
}

const form = document.getElementById("plan");
if (form) start(form);
