// A rectangle of cells from the one with the focus to another: copied, cut, emptied and filled down, each as one act.

import { walksInside } from "./grid-sheet.js";
import { theRows } from "./grid-words.js";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** A cell of a copied block, as readBlock of grid-paste.js takes it back. */
function quoted(text) {
  return /[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Whether Shift and an arrow choose letters inside the text box, and not cells. */
function choosesLetters(field, key) {
  const [, right] = STEPS[key];
  return right ? walksInside(field, right > 0) : field.dataset.editing === "yes";
}

function cells(count) {
  return count === 1 ? "1 celda" : `${count} celdas`;
}

export class Range {
  #from = null;
  #end = null;
  #drawn = [];
  // The text that was copied last, and which of its lines stand for a row that cannot be typed in.
  #copied = { text: null, closed: new Set() };

  constructor(sheet, history) {
    this.sheet = sheet;
    this.history = history;
    this.told = sheet.form.querySelector("[data-range]");
    sheet.form.addEventListener("focusin", ({ target }) => target !== this.#from && sheet.rowOf(target) && this.close());
    // Typing goes on in the cell with the focus alone; what is written here is no typing.
    sheet.form.addEventListener("input", (event) => event.isTrusted && this.close());
    sheet.form.addEventListener("mousedown", (event) => event.shiftKey && this.#reach(event));
    for (const kind of ["copy", "cut"]) document.addEventListener(kind, (event) => this.#copy(event));
  }

  get #start() {
    return this.sheet.current && this.sheet.place(this.sheet.current);
  }

  /** The rectangle by rows and columns, or null when no more than one cell is chosen. */
  get box() {
    const [start, end] = [this.#start, this.#end];
    if (!start || !end) return null;
    return {
      top: Math.min(start.row, end.row),
      bottom: Math.max(start.row, end.row),
      left: Math.min(start.column, end.column),
      right: Math.max(start.column, end.column),
    };
  }

  /** The fields of the rectangle, line by line. */
  fields() {
    const { top, bottom, left, right } = this.box;
    return this.sheet.rows.slice(top, bottom + 1).map((row) => row.columns.slice(left, right + 1));
  }

  /** Take a key meant for the rectangle; tells whether it was. */
  press(event, field) {
    if (event.shiftKey && STEPS[event.key] && !event.altKey && !event.ctrlKey && !event.metaKey) {
      return (this.box || !choosesLetters(field, event.key)) && this.#stretch(event.key);
    }
    if (!this.box) return false;
    if (event.key === "Escape") return this.close();
    return (event.key === "Delete" || event.key === "Backspace") && this.empty();
  }

  #stretch(key) {
    const from = this.#end ?? this.#start;
    const [down, right] = STEPS[key];
    this.#show({ row: from.row + down, column: from.column + right });
    return true;
  }

  /** Shift and a click: the rectangle ends there, the focus stays. */
  #reach(event) {
    const place = this.sheet.place(event.target);
    if (!place || !this.#start || event.target === this.sheet.current) return;
    event.preventDefault();
    if (document.activeElement !== this.sheet.current) this.sheet.focus(this.sheet.current);
    this.#show(place);
  }

  #show(end) {
    const field = this.sheet.at(end.row, end.column);
    if (!field) return;
    this.close();
    if (field === this.sheet.current) return;
    [this.#from, this.#end] = [this.sheet.current, end];
    const lines = this.fields();
    this.#drawn = lines.flat().map((one) => one.closest(".pp-cell"));
    for (const cell of this.#drawn) cell.classList.add("pp-range");
    field.scrollIntoView({ block: "nearest", inline: "nearest" });
    const size = `${lines.length} × ${lines[0].length}`;
    const last = field.getAttribute("aria-label").split(": ").at(-1);
    this.told.textContent = `${cells(this.#drawn.length)} elegidas (${size}), hasta la fila ${end.row + 1}, ${last}`;
  }

  /** No rectangle any more; tells that it was taken care of. */
  close() {
    for (const cell of this.#drawn) cell.classList.remove("pp-range");
    this.#drawn = [];
    [this.#from, this.#end] = [null, null];
    this.told.textContent = "";
    return true;
  }

  /** What is seen, line by line: a row that cannot be typed in keeps its place as an empty line. */
  #copy(event) {
    if (!this.box || !this.sheet.place(document.activeElement)) return;
    const { top, bottom, left, right } = this.box;
    const [first, last] = [top, bottom].map((row) => this.sheet.lines.indexOf(this.sheet.rows[row].line));
    const shown = this.sheet.lines.slice(first, last + 1);
    const closed = shown.filter((line) => !line.dataset.code);
    const lines = shown.map((line) => {
      const fields = this.sheet.byCode.get(line.dataset.code)?.columns.slice(left, right + 1);
      return fields ? fields.map((one) => quoted(one.value)).join("\t") : "\t".repeat(right - left);
    });
    this.#copied = { text: lines.join("\n"), closed: new Set(closed.map((line) => shown.indexOf(line))) };
    event.clipboardData.setData("text/plain", this.#copied.text);
    event.preventDefault();
    if (event.type === "cut") this.empty();
    const numbers = closed.map((line) => line.querySelector(".pp-sheet-number").textContent.trim());
    const goBlank = numbers.length === 1 ? "no recibe cambios y va en blanco" : "no reciben cambios y van en blanco";
    const told = numbers.length ? `; ${theRows(numbers)} ${goBlank}` : "";
    this.told.textContent = `${cells(this.#drawn.length)} en el portapapeles${told}`;
  }

  /** The lines of a pasted text that stand for a row that could not be typed in where they were copied. */
  blanks(text) {
    return text.replace(/\r\n?/g, "\n") === this.#copied.text ? this.#copied.closed : new Set();
  }

  /** Empty the rectangle. */
  empty() {
    const count = this.history.write(this.fields().flat().map((field) => [field, ""]));
    this.told.textContent = `Se vaciaron ${cells(count)}. Ctrl+Z deshace.`;
    return true;
  }

  /** Repeat the first line of the rectangle in the others, or the line above where it has only one; how many changed. */
  fill() {
    const lines = this.fields();
    const above = this.sheet.rows[this.box.top - 1]?.columns.slice(this.box.left, this.box.right + 1);
    const source = lines.length > 1 ? lines.shift() : above;
    if (!source) return 0;
    return this.history.write(lines.flatMap((line) => line.map((field, right) => [field, source[right].value])));
  }
}
