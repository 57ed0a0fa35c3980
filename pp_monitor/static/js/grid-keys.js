// Moving over the grid by keyboard as in a spreadsheet. Tab stays the browser's own, so that nobody gets caught.

import { walksInside } from "./grid-sheet.js";

export class Keys {
  #atFocus = "";

  constructor(sheet, range, acts) {
    this.sheet = sheet;
    this.range = range;
    this.acts = acts;
    sheet.form.addEventListener("focusin", (event) => this.#enter(event.target));
    sheet.form.addEventListener("keydown", (event) => this.#press(event));
  }

  #enter(field) {
    if (!this.sheet.rowOf(field)) return;
    this.#atFocus = field.value;
    delete field.dataset.editing;
    field.closest(".pp-cell")?.classList.remove("pp-note-off");
  }

  #press(event) {
    const field = event.target;
    const control = event.ctrlKey || event.metaKey;
    if (control && this.#shortcut(event)) return event.preventDefault();
    if (!this.sheet.rowOf(field)) return undefined;
    if (this.sheet.place(field) && this.range.press(event, field)) return event.preventDefault();
    if (event.key === "Escape") return this.#cancel(field);
    // A form is sent by its buttons: Enter goes down, also from the box under a cell.
    if (event.key === "Enter" && !this.sheet.place(field)) return event.preventDefault();
    if (this.sheet.place(field) && this.#move(event, field, control)) return event.preventDefault();
    return undefined;
  }

  #shortcut(event) {
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) return this.#do("undo");
    if (key === "y" || (key === "z" && event.shiftKey)) return this.#do("redo");
    if (key === "d" && this.sheet.place(event.target)) return this.#do("fill");
    return false;
  }

  #do(name) {
    this.acts[name]();
    return true;
  }

  /** Back to what the cell said when it was entered, its note out of the way; a box beside it keeps what was typed. */
  #cancel(field) {
    const cell = field.closest("td.pp-cell");
    if (!this.sheet.place(field)) this.sheet.focus(cell?.querySelector(":scope > input"));
    else if (field.value !== this.#atFocus) {
      field.value = this.#atFocus;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    delete field.dataset.editing;
    cell?.classList.add("pp-note-off");
  }

  #move(event, field, control) {
    const { row, column } = this.sheet.place(field);
    const isList = field.tagName === "SELECT";
    switch (event.key) {
      case "Enter": return this.#go(row + (event.shiftKey ? -1 : 1), column);
      case "ArrowDown": return !event.altKey && (!isList || control) && this.#go(row + 1, column);
      case "ArrowUp": return !event.altKey && (!isList || control) && this.#go(row - 1, column);
      case "ArrowRight": return !event.shiftKey && !walksInside(field, true) && this.#go(row, column + 1);
      case "ArrowLeft": return !event.shiftKey && !walksInside(field, false) && this.#go(row, column - 1);
      case "Home": return control && this.#go(0, 0);
      case "End": return control && this.#go(this.sheet.rows.length - 1, this.sheet.rows[0].columns.length - 1);
      case "F2": return !isList && this.#edit(field);
      default: return false;
    }
  }

  #go(row, column) {
    this.sheet.focus(this.sheet.at(row, column));
    return true;
  }

  /** F2: the arrows walk over the letters. */
  #edit(field) {
    field.dataset.editing = "yes";
    field.setSelectionRange(field.value.length, field.value.length);
    return true;
  }
}
