// Saves by itself, a second after the last key: only the rows that changed, with the stamps that let two people work
// at once. What the server answers is drawn cell by cell, never under the fingers of who types.

import { clashHeadline, showClash } from "./grid-clash.js";

const AFTER_LAST_KEY_MS = 900;
const RETRY_MS = 2000;
const KEEP_MS = 150;
// A request that outlives its page may carry 64 kB; the rest stays in this machine.
const LONGEST_AFTER_LEAVING = 60_000;

export class Autosave {
  #timer = 0;
  #keepTimer = 0;
  #sending = null;
  #isLeaving = false;
  #sent = new Map();
  #postponed = new Map();

  constructor(sheet, keep, show) {
    this.sheet = sheet;
    this.keep = keep;
    this.show = show;
    sheet.form.addEventListener("input", (event) => this.#touched(event.target));
    sheet.form.addEventListener("focusout", (event) => this.#left(event));
    window.addEventListener("online", () => this.soon(0));
  }

  #touched(field) {
    if (!this.sheet.rowOf(field)) return;
    clearTimeout(this.#keepTimer);
    this.#keepTimer = setTimeout(() => this.keep.write(), KEEP_MS);
    this.soon(field.tagName === "SELECT" ? 0 : AFTER_LAST_KEY_MS);
  }

  /** Save in a while; a later call waits anew. */
  soon(delay = AFTER_LAST_KEY_MS) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), delay);
  }

  #waiting() {
    return this.sheet.rows.filter((row) => !row.clashes.size && this.sheet.changed(row).length);
  }

  /** Whether something typed is not with the server. */
  get isBehind() {
    return this.#sending !== null || this.sheet.rows.some((row) => this.sheet.changed(row).length);
  }

  /** Save now what waits, after what is under way. */
  async flush() {
    clearTimeout(this.#timer);
    await this.#sending;
    await this.#save();
  }

  /** The page ends: what was typed since the last request goes by one of its own, and stays here until it is known. */
  leave() {
    this.keep.write();
    this.#isLeaving = true;
    if (!this.#sending) return this.#save();
    const rows = this.#waiting().filter((row) => !this.#isUnderWay(row));
    return rows.length ? this.#send(rows) : null;
  }

  #isUnderWay(row) {
    const sent = this.#sent.get(row.code);
    return Boolean(sent) && [...row.texts()].every(([part, text]) => sent.get(part) === text);
  }

  #save() {
    const rows = this.#waiting();
    if (!this.#sending && rows.length) this.#sending = this.#exchange(rows);
    return this.#sending;
  }

  async #exchange(rows) {
    this.show("saving");
    this.#sent = new Map(rows.map((row) => [row.code, row.texts()]));
    const response = await this.#send(rows);
    this.#sending = null;
    await this.#take(response, this.#sent);
  }

  /** As many rows as fit when the page ends, all of them otherwise. */
  async #send(rows) {
    const token = new URLSearchParams({ csrf_token: this.sheet.form.elements.csrf_token.value });
    const isLast = document.hidden || this.#isLeaving;
    let body = String(token);
    for (const row of rows) {
      const fields = [...row.texts()].map(([part, text]) => [this.sheet.name(row, part), text]);
      const more = `&${new URLSearchParams([[row.stamp.name, row.stamp.value], ...fields])}`;
      if (!isLast || body.length + more.length <= LONGEST_AFTER_LEAVING) body += more;
    }
    const headers = { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" };
    const how = { method: "POST", headers, redirect: "manual", keepalive: body.length <= LONGEST_AFTER_LEAVING };
    try {
      return await fetch(this.sheet.form.dataset.save, { ...how, body });
    } catch {
      return null;
    }
  }

  async #take(response, sent) {
    const isJson = response?.headers.get("Content-Type")?.includes("application/json");
    if (isJson) {
      const answer = await response.json();
      return answer.rows ? this.#apply(answer, sent) : this.show("refused", answer.message);
    }
    this.keep.write();
    if (response && [400, 401, 403].includes(response.status)) return this.show("expired");
    // The server is away or busy: the text waits here.
    this.show("offline");
    return this.soon(RETRY_MS);
  }

  #apply(answer, sent) {
    for (const [code, told] of Object.entries(answer.rows)) {
      this.#applyRow(this.sheet.byCode.get(code), told, sent.get(code));
    }
    const clashes = answer.clashes.map((one) => ({ ...one, isOwn: one.who === this.sheet.form.dataset.who }));
    for (const clash of clashes) this.#clash(clash);
    document.getElementById("resumen").innerHTML = answer.summary;
    this.keep.write();
    if (clashes.length) this.show("clash", clashHeadline(clashes[0]));
    else this.show("saved", answer.saved);
    if (this.#waiting().length) this.soon();
  }

  #applyRow(row, told, sent) {
    row.stamp.value = told.stamp;
    row.line.querySelector(".pp-state").innerHTML = told.state;
    row.line.querySelector(".pp-more-doubts").innerHTML = told.doubts;
    for (const [part, cell] of Object.entries(told.cells)) this.#draw(row, part, cell);
    for (const [part, text] of Object.entries(told.texts)) this.#settle(row, part, text, sent.get(part));
  }

  /** Take the server's text, unless the person has gone on typing there. */
  #settle(row, part, text, sent) {
    const field = row.field(part);
    if (!field) return row.saved.set(part, text);
    if (sent !== undefined && field.value !== sent && !this.sheet.same(part, field.value, sent)) {
      return row.saved.set(part, text);
    }
    if (field !== document.activeElement) field.value = text;
    return row.saved.set(part, field.value);
  }

  #draw(row, part, cell) {
    const field = row.field(part);
    const box = field?.closest(".pp-cell");
    if (!box) return;
    if (box.contains(document.activeElement)) this.#postponed.set(box, [field, cell]);
    else this.#redraw(box, field, cell);
  }

  #redraw(box, field, cell) {
    const kept = ["pp-own", "pp-range"].filter((name) => box.classList.contains(name));
    box.className = [cell.css, ...kept].join(" ");
    if (cell.is_wrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    if (cell.is_told) field.setAttribute("aria-describedby", `${field.id}-nota`);
    else field.removeAttribute("aria-describedby");
    const around = box.querySelector(":scope > .pp-cell-around");
    if (around && around.innerHTML !== cell.note) this.#renew(around, cell.note);
  }

  /** The boxes under a cell are drawn anew; what is typed in them and not yet saved stays. */
  #renew(around, html) {
    const typed = new Map([...around.querySelectorAll("input")].map((one) => [one.name, one.value]));
    around.innerHTML = html;
    for (const field of around.querySelectorAll("input")) {
      if (typed.has(field.name)) field.value = typed.get(field.name);
    }
  }

  /** What could not be drawn while the cell was in use is drawn when it is left. */
  #left(event) {
    const box = event.target.closest(".pp-cell");
    if (!box || box.contains(event.relatedTarget) || !this.#postponed.has(box)) return;
    const [field, cell] = this.#postponed.get(box);
    this.#postponed.delete(box);
    this.#redraw(box, field, cell);
  }

  #clash(clash) {
    const row = this.sheet.byCode.get(clash.code);
    const field = row.field(clash.part);
    if (!field) return;
    row.clashes.add(clash.part);
    row.saved.set(clash.part, clash.theirs);
    showClash(field, clash, (text) => {
      field.value = text;
      row.clashes.delete(clash.part);
      this.sheet.focus(field);
      this.keep.write();
      this.soon(0);
      if (!this.#waiting().length) this.show("settled");
    });
  }
}
