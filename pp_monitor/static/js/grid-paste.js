// A block copied from Excel or LibreOffice: lines of cells apart by tabs, a cell with a line break inside quotes.

import { compact } from "./grid-dates.js";
import { sentence, theRows } from "./grid-words.js";

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

/** What of a block found no place, row by row with its cause. */
class Refused {
  closed = [];
  tooWide = [];
  words = [];
  blank = [];
  tooLow = 0;

  get text() {
    const said = [...this.words];
    if (this.closed.length) {
      said.push(`${sentence(theRows(this.closed))} ya no ${this.closed.length === 1 ? "recibe" : "reciben"} cambios.`);
    }
    if (this.blank.length) {
      const kept = this.blank.length === 1 ? "no cambió" : "no cambiaron";
      said.push(`${sentence(theRows(this.blank))} ${kept}: en lo copiado, ahí había una fila cerrada.`);
    }
    if (this.tooWide.length) said.push(`En ${theRows(this.tooWide)} sobraban columnas a la derecha.`);
    if (this.tooLow) said.push(this.tooLow === 1 ? "1 línea sobraba abajo." : `${this.tooLow} líneas sobraban abajo.`);
    return said.join(" ");
  }
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
    this.#into(block, place, this.range.blanks(text));
  }

  /** A chosen rectangle takes the block from its first cell on, and a single text in each of its cells. */
  #into(block, place, blanks) {
    const { box } = this.range;
    const isOne = block.length === 1 && block[0].length === 1;
    if (!box) return this.write(block, place, blanks);
    if (!isOne) return this.write(block, { row: box.top, column: box.left }, blanks);
    const refused = new Refused();
    const texts = this.range.fields().flat().map((field) => this.#fit(field, block[0][0], refused));
    return this.#done(texts, refused);
  }

  /**
   * Put a block from `place` on, line by line of what is seen, as one act, and say what did not fit.
   * `blanks` are the lines of the block that stand for a closed row: they empty nothing.
   */
  write(block, place, blanks) {
    const texts = [];
    const refused = new Refused();
    const first = this.sheet.lines.indexOf(this.sheet.rows[place.row].line);
    block.forEach((line, down) => {
      const shown = this.sheet.lines[first + down];
      if (!line.some(Boolean) && !shown?.dataset.code) return;
      if (blanks.has(down)) refused.blank.push(this.sheet.byCode.get(shown.dataset.code).number);
      else if (shown) texts.push(...this.#line(line, shown, place.column, refused));
      else refused.tooLow += 1;
    });
    this.#done(texts, refused);
  }

  #line(texts, shown, column, refused) {
    const row = this.sheet.byCode.get(shown.dataset.code);
    if (!row) {
      refused.closed.push(shown.querySelector(".pp-sheet-number").textContent.trim());
      return [];
    }
    const room = row.columns.length - column;
    if (texts.slice(room).some(Boolean)) refused.tooWide.push(row.number);
    return texts.slice(0, room).map((text, right) => this.#fit(row.columns[column + right], text, refused));
  }

  /** A field with its text, or nothing for a list that has no such option. */
  #fit(field, text, refused) {
    const value = field.tagName === "SELECT" ? option(field, text) : compact(text, this.sheet.year);
    if (value !== undefined) return [field, value];
    refused.words.push(`Fila ${this.sheet.rowOf(field).number}: «${text}» no es una modalidad.`);
    return null;
  }

  #done(texts, refused) {
    const count = this.history.write(texts.filter(Boolean));
    const told = count === 1 ? "Se pegó 1 celda." : `Se pegaron ${count} celdas.`;
    this.tell(`${told} ${refused.text}`.trim(), refused.text !== "");
  }
}
