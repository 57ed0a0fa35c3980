// A block copied from Excel or LibreOffice: lines of cells apart by tabs, a cell with a line break inside quotes.

import { compact } from "./grid-dates.js";

/** The cells of a block, line by line. */
export function readBlock(text) {
  const lines = [[]];
  let cell = "";
  let isQuoted = false;
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let i = 0; i < source.length; i += 1) {
    const letter = source[i];
    if (isQuoted && letter === '"' && source[i + 1] === '"') {
      cell += letter;
      i += 1;
    } else if (letter === '"' && (isQuoted || cell === "")) {
      isQuoted = !isQuoted;
    } else if (!isQuoted && (letter === "\t" || letter === "\n")) {
      lines.at(-1).push(cell.trim());
      cell = "";
      if (letter === "\n") lines.push([]);
    } else {
      cell += letter;
    }
  }
  lines.at(-1).push(cell.trim());
  return lines;
}

/** The option of a list that a pasted text names, by its code. */
function option(list, text) {
  const wanted = text.toUpperCase();
  return [...list.options].find((one) => one.value.toUpperCase() === wanted)?.value;
}

export class Paste {
  constructor(sheet, history, range, tell) {
    this.sheet = sheet;
    this.history = history;
    this.range = range;
    this.tell = tell;
    sheet.form.addEventListener("paste", (event) => this.#paste(event));
  }

  #paste(event) {
    const place = this.sheet.place(event.target);
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const block = readBlock(text);
    const isBlock = block.length > 1 || block[0].length > 1 || this.range.box;
    if (!place || !(isBlock || event.target.tagName === "SELECT" || /[\n"]/.test(text))) return;
    event.preventDefault();
    this.write(...this.#into(block, place));
  }

  /** A chosen rectangle takes the block from its first cell on, and a single text in each of its cells. */
  #into(block, place) {
    const { box } = this.range;
    if (!box) return [block, place];
    const isOne = block.length === 1 && block[0].length === 1;
    const whole = isOne ? this.range.fields().map((line) => line.map(() => block[0][0])) : block;
    return [whole, { row: box.top, column: box.left }];
  }

  /** Put a block from `place` on, as one act, and say what did not fit. */
  write(block, place) {
    const texts = [];
    let lost = 0;
    block.forEach((line, down) => line.forEach((text, right) => {
      const field = this.sheet.at(place.row + down, place.column + right);
      const value = field && this.#value(field, text);
      if (value === undefined || value === null) lost += text ? 1 : 0;
      else texts.push([field, value]);
    }));
    const count = this.history.write(texts);
    const left = lost ? ` ${lost} no cabían o no eran una modalidad.` : "";
    this.tell(`Se pegaron ${count} celdas.${left}`);
  }

  #value(field, text) {
    return field.tagName === "SELECT" ? option(field, text) : compact(text, this.sheet.year);
  }
}
