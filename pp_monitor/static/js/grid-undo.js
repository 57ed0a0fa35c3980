// Undo and redo of whole acts: a typed cell, a pasted block, generated dates.

const LONGEST = 200;

export class History {
  #done = [];
  #undone = [];
  #before = null;

  constructor(sheet, onChange) {
    this.sheet = sheet;
    this.onChange = onChange;
    sheet.form.addEventListener("focusin", (event) => this.#begin(event.target));
    // After the sheet has written the compact form, which is no change of its own.
    sheet.form.addEventListener("focusout", (event) => this.#end(event.target));
    sheet.form.addEventListener("change", (event) => event.target.tagName === "SELECT" && this.#end(event.target));
  }

  get canUndo() {
    return this.#done.length > 0 || this.#isTyping();
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  /** The act that undo takes back first. */
  get last() {
    return this.#done.at(-1);
  }

  #begin(field) {
    this.#before = this.sheet.rowOf(field) ? { name: field.name, text: field.value } : null;
  }

  #end(field) {
    const before = this.#before;
    if (!before || before.name !== field.name) return;
    if (before.text !== field.value) this.#push([{ name: field.name, before: before.text, after: field.value }]);
    this.#before = { name: field.name, text: field.value };
  }

  #isTyping() {
    const field = this.#before && this.sheet.form.elements[this.#before.name];
    return Boolean(field) && field.value !== this.#before.text;
  }

  #push(act) {
    this.#done.push(act);
    if (this.#done.length > LONGEST) this.#done.shift();
    this.#undone = [];
    this.onChange();
  }

  /** Write several cells as one act; `texts` holds [field, text]. Gives how many changed. */
  write(texts) {
    const act = texts
      .filter(([field, text]) => field.value !== text)
      .map(([field, text]) => ({ name: field.name, before: field.value, after: text }));
    this.#apply(act, "after");
    if (act.length) this.#push(act);
    return act.length;
  }

  undo() {
    const field = this.#before && this.sheet.form.elements[this.#before.name];
    // A cell being typed is an act that has not ended yet.
    if (this.#isTyping()) this.#end(field);
    this.#step(this.#done, this.#undone, "before");
  }

  redo() {
    this.#step(this.#undone, this.#done, "after");
  }

  #step(from, to, side) {
    const act = from.pop();
    if (!act) return;
    this.#apply(act, side);
    to.push(act);
    this.sheet.focus(this.sheet.form.elements[act[0].name]);
    this.onChange();
  }

  #apply(act, side) {
    for (const change of act) {
      const field = this.sheet.form.elements[change.name];
      if (!field) continue;
      field.value = change[side];
      if (this.#before?.name === change.name) this.#before.text = field.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}
