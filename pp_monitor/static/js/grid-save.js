// Saves by itself, a second after the last key: only the rows that changed, with the stamps that let two people work
// at once. What the server answers is drawn cell by cell, never under the fingers of who types.

import { showClash } from "./grid-clash.js";

const AFTER_LAST_KEY_MS = 900;
const RETRY_MS = 2000;
const KEEP_MS = 150;

export class Autosave {
  #timer = 0;
  #keepTimer = 0;
  #isSending = false;
  #postponed = new Map();

  constructor(sheet, keep, show) {
    this.sheet = sheet;
    this.keep = keep;
    this.show = show;
    sheet.form.addEventListener("input", (event) => this.#touched(event.target));
    sheet.form.addEventListener("focusout", (event) => this.#left(event));
    window.addEventListener("online", () => this.soon(0));
    window.addEventListener("pagehide", () => this.keep.write());
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

  async #save() {
    const rows = this.#waiting();
    if (this.#isSending || !rows.length) return;
    this.#isSending = true;
    this.show("saving");
    const sent = new Map(rows.map((row) => [row.code, row.texts()]));
    const response = await this.#send(rows, sent);
    this.#isSending = false;
    await this.#take(response, sent);
  }

  async #send(rows, sent) {
    const body = new URLSearchParams({ csrf_token: this.sheet.form.elements.csrf_token.value });
    for (const row of rows) {
      body.set(row.stamp.name, row.stamp.value);
      for (const [part, text] of sent.get(row.code)) body.set(this.sheet.name(row, part), text);
    }
    try {
      const headers = { Accept: "application/json" };
      return await fetch(this.sheet.form.dataset.save, { method: "POST", body, headers, redirect: "manual" });
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
    for (const clash of answer.clashes) this.#clash(clash);
    document.getElementById("resumen").innerHTML = answer.summary;
    this.keep.write();
    this.show(answer.clashes.length ? "clash" : "saved", answer.saved);
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
