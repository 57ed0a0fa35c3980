// The buttons over the grid. Generate, copy and shift are worked out by the server, as without a script, but their
// texts come into the cells and can be undone.

import { compact } from "./grid-dates.js";
import { button, listed, theRows } from "./grid-words.js";

const NAMED_ROWS = 8;

export class Tools {
  constructor(sheet, history, range, tell) {
    this.sheet = sheet;
    this.history = history;
    this.range = range;
    this.tell = tell;
    sheet.form.addEventListener("submit", (event) => this.#submit(event));
    for (const each of sheet.form.querySelectorAll("[data-do]")) {
      each.hidden = false;
      each.addEventListener("click", () => this[each.dataset.do]());
    }
    sheet.form.addEventListener("change", (event) => event.target.name === "fila" && this.#tellChosen());
    for (const panel of sheet.form.querySelectorAll(".pp-tool")) this.#tame(panel);
    this.refresh();
    this.#tellChosen();
  }

  get #chosen() {
    return this.sheet.rows.filter((row) => row.tick.checked).map((row) => row.number);
  }

  /** The rows that a tool would change stand over the grid, also those out of sight. */
  #tellChosen() {
    const numbers = this.#chosen;
    const box = this.sheet.form.querySelector("[data-chosen]");
    box.hidden = !numbers.length;
    const named = numbers.length === 1 ? `Elegida: fila ${numbers[0]}` : `Elegidas: filas ${listed(numbers)}`;
    box.querySelector("output").textContent = numbers.length > NAMED_ROWS ? `${numbers.length} filas elegidas` : named;
  }

  unchoose() {
    for (const row of this.sheet.rows) row.tick.checked = false;
    this.#tellChosen();
  }

  /** A panel offers the row of the last cell, and Escape closes it. */
  #tame(panel) {
    panel.addEventListener("toggle", () => {
      const source = panel.querySelector('[name="copiar-de"]');
      const row = this.sheet.current && this.sheet.rowOf(this.sheet.current);
      if (panel.open && source && row) source.value = row.code;
    });
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      panel.open = false;
      panel.querySelector("summary").focus();
    });
  }

  refresh() {
    const state = { undo: this.history.canUndo, redo: this.history.canRedo };
    for (const [name, isOn] of Object.entries(state)) {
      this.sheet.form.querySelector(`[data-do="${name}"]`).setAttribute("aria-disabled", String(!isOn));
    }
  }

  undo() {
    this.history.undo();
  }

  redo() {
    this.history.redo();
  }

  /** A rectangle repeats its first line. A cell with text fills the empty ones under it; an empty one takes that above. */
  fill() {
    if (this.range.box) return this.#filled(this.range.fill());
    const place = this.sheet.current && this.sheet.place(this.sheet.current);
    if (!place) return this.tell("Entre primero en la celda que quiere repetir hacia abajo.");
    const { row, column } = place;
    const field = this.sheet.at(row, column);
    const own = field.tagName === "SELECT" ? field.value : compact(field.value, this.sheet.year);
    const above = this.sheet.at(row - 1, column)?.value ?? "";
    return this.#filled(this.history.write(own ? this.#under(row, column, own) : this.#one(place, above)));
  }

  #filled(count) {
    this.sheet.focus(this.sheet.current);
    return this.tell(count === 1 ? "Se llenó 1 celda." : `Se llenaron ${count} celdas.`);
  }

  #one({ row, column }, text) {
    return text ? [[this.sheet.at(row, column), text]] : [];
  }

  #under(row, column, text) {
    const found = [];
    for (let down = row + 1; this.sheet.at(down, column)?.value === ""; down += 1) {
      found.push([this.sheet.at(down, column), text]);
    }
    return found;
  }

  async #submit(event) {
    const pressed = event.submitter;
    if (!pressed?.hasAttribute("formaction")) return;
    event.preventDefault();
    const answer = await this.#ask(pressed.formAction);
    if (!answer) return;
    const numbers = Object.keys(answer.rows).map((code) => this.sheet.byCode.get(code).number);
    const count = this.history.write(this.#texts(answer.rows));
    const outside = this.#outside(answer.rows);
    const done = numbers.length ? `Listo: fechas nuevas en ${theRows(numbers)}.` : "";
    const doubts = [outside, ...answer.problems].filter(Boolean);
    const note = this.tell([done, ...doubts].filter(Boolean).join(" "), doubts.length > 0);
    if (count) note.append(" ", this.#undoing(note));
    if (!numbers.length) return;
    pressed.closest("details").open = false;
    this.sheet.focus(this.sheet.current ?? this.sheet.at(0, 1));
  }

  /** How many of the new dates are of another year than the plan, row by row. */
  #outside(rows) {
    const year = `/${String(this.sheet.year % 100).padStart(2, "0")}`;
    const isOutside = (text) => /\/\d\d$/.test(text) && !text.endsWith(year);
    const counts = Object.entries(rows)
      .map(([code, texts]) => [code, Object.values(texts).filter(isOutside).length])
      .filter(([, count]) => count);
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    const where = listed(counts.map(([code, count]) => `fila ${this.sheet.byCode.get(code).number} (${count})`));
    if (!total) return "";
    return `${total === 1 ? "1 fecha queda" : `${total} fechas quedan`} fuera de la vigencia ${this.sheet.year}: ${where}.`;
  }

  /** Takes back this act, and nothing that was typed after it. */
  #undoing(note) {
    const act = this.history.last;
    return button("Deshacer esto", () => {
      if (this.history.last !== act) return this.tell("Después de eso cambió algo más: Ctrl+Z deshace paso a paso.");
      this.history.undo();
      return note.remove();
    });
  }

  #texts(rows) {
    return Object.entries(rows).flatMap(([code, texts]) => {
      const row = this.sheet.byCode.get(code);
      return Object.entries(texts).map(([part, text]) => [row?.field(part), text]).filter(([field]) => field);
    });
  }

  async #ask(address) {
    const data = new URLSearchParams(new FormData(this.sheet.form));
    try {
      const response = await fetch(address, { method: "POST", body: data, headers: { Accept: "application/json" } });
      if (response.headers.get("Content-Type")?.includes("application/json")) return await response.json();
      this.tell("La sesión venció. Lo escrito está guardado en este equipo: actualice la página e ingrese.", true);
    } catch {
      this.tell("No hay conexión con el servidor. Intente otra vez.", true);
    }
    return null;
  }
}
