// The grid as rows and columns over the native fields of the page; nothing here knows how they are saved.

import { compact } from "./grid-dates.js";

const DATE_PART = /^(?:H\d\d|P\d\d|H\d\d-real)$/;

/** Whether an arrow still has letters to walk over inside the text box. */
export function walksInside(field, toRight) {
  if (field.tagName === "SELECT") return false;
  const all = field.selectionStart === 0 && field.selectionEnd === field.value.length;
  if (all && field.dataset.editing !== "yes") return false;
  return toRight ? field.selectionEnd < field.value.length : field.selectionStart > 0;
}

/** One project: its fields by part ("H01", "H01-real", "modalidad", "fuera" …). */
class Row {
  constructor(line) {
    this.line = line;
    this.code = line.dataset.code;
    this.number = line.querySelector(".pp-sheet-number").textContent.trim();
    this.tick = line.querySelector('[name="fila"]');
    this.stamp = line.querySelector(`[name="${this.code}-huella"]`);
    this.columns = [...line.querySelectorAll(":scope > .pp-cell > select, :scope > .pp-cell > input")];
    this.saved = this.texts();
    this.clashes = new Set();
  }

  part(field) {
    return field.name.slice(this.code.length + 1);
  }

  field(part) {
    return this.line.querySelector(`[name="${this.code}-${part}"]`);
  }

  /** Everything typed in the row, by part. */
  texts() {
    const fields = [...this.line.querySelectorAll(`[name^="${this.code}-"]`)];
    return new Map(fields.filter((one) => one !== this.stamp).map((one) => [this.part(one), one.value]));
  }
}

export class Sheet {
  constructor(form) {
    this.form = form;
    this.year = Number(form.dataset.year);
    this.rows = [...form.querySelectorAll("tr[data-code]")].map((line) => new Row(line));
    // Those that can no longer be typed in stand between them.
    this.lines = [...form.querySelectorAll(".pp-sheet tbody tr")];
    this.byCode = new Map(this.rows.map((row) => [row.code, row]));
    this.current = null;
    form.addEventListener("focusin", (event) => this.#remember(event.target));
    form.addEventListener("focusout", (event) => this.#tidy(event.target));
  }

  #remember(field) {
    if (this.place(field)) this.current = field;
  }

  /** A date takes its compact form when its cell is left, not while it is typed. */
  #tidy(field) {
    const row = this.rowOf(field);
    if (row && DATE_PART.test(row.part(field))) field.value = compact(field.value, this.year);
  }

  rowOf(field) {
    const line = field.closest?.("tr[data-code]");
    return line && field.name?.startsWith(`${line.dataset.code}-`) ? this.byCode.get(line.dataset.code) : null;
  }

  /** Where a field stands among the cells that arrows move over, or null for the boxes under a cell. */
  place(field) {
    const row = this.rowOf(field);
    const column = row ? row.columns.indexOf(field) : -1;
    return column < 0 ? null : { row: this.rows.indexOf(row), column };
  }

  at(row, column) {
    return this.rows[row]?.columns[column] ?? null;
  }

  focus(field) {
    if (!field) return false;
    field.focus();
    if (field.select) field.select();
    return true;
  }

  /** Whether two texts of a part say the same, however they are written. */
  same(part, one, other) {
    const tidy = (text) => (DATE_PART.test(part) ? compact(text ?? "", this.year) : (text ?? "").trim());
    return tidy(one) === tidy(other);
  }

  /** The parts of a row whose text is not what was last saved. */
  changed(row) {
    return [...row.texts()].filter(([part, text]) => !this.same(part, text, row.saved.get(part)));
  }

  name(row, part) {
    return `${row.code}-${part}`;
  }
}
