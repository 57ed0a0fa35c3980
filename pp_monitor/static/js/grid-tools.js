// The buttons over the grid. Generate, copy and shift are worked out by the server, as without a script, but their
// texts come into the cells and can be undone.

import { compact } from "./grid-dates.js";

export class Tools {
  constructor(sheet, history, range, tell) {
    this.sheet = sheet;
    this.history = history;
    this.range = range;
    this.tell = tell;
    sheet.form.addEventListener("submit", (event) => this.#submit(event));
    for (const button of sheet.form.querySelectorAll("[data-do]")) {
      button.hidden = false;
      button.addEventListener("click", () => this[button.dataset.do]());
    }
    for (const panel of sheet.form.querySelectorAll(".pp-tool")) this.#tame(panel);
    this.refresh();
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
    const button = event.submitter;
    if (!button?.hasAttribute("formaction")) return;
    event.preventDefault();
    const answer = await this.#ask(button.formAction);
    if (!answer) return;
    const count = Object.keys(answer.rows).length;
    this.history.write(this.#texts(answer.rows));
    const done = count ? `Listo: ${count === 1 ? "1 fila" : `${count} filas`} con fechas nuevas. Ctrl+Z deshace.` : "";
    this.tell([done, ...answer.problems].filter(Boolean).join(" "), answer.problems.length > 0);
    if (!count) return;
    button.closest("details").open = false;
    for (const box of this.sheet.form.querySelectorAll('[name="fila"]:checked')) box.checked = false;
    this.sheet.focus(this.sheet.current ?? this.sheet.at(0, 1));
  }

  #texts(rows) {
    return Object.entries(rows).flatMap(([code, texts]) => {
      const row = this.sheet.byCode.get(code);
      return Object.entries(texts).map(([part, text]) => [row?.field(part), text]).filter(([field]) => field);
    });
  }

  async #ask(address) {
    const data = new URLSearchParams(new FormData(this.sheet.form));
    const row = this.sheet.current && this.sheet.rowOf(this.sheet.current);
    if (!data.has("fila") && row) data.append("fila", row.code);
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
