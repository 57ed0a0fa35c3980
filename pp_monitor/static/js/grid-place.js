// Where a note of a cell and the box of a state open: beside their cell and inside the window, whatever scrolls.
// Without a script they open under it.

const GAP = 2;
const OPEN = [
  "td.pp-cell:focus-within .pp-cell-note", "td.pp-cell:hover .pp-cell-note", ".pp-clash", ".pp-more[open] > .pp-more-box",
].join();

export class Place {
  #frame = 0;

  constructor(sheet) {
    this.scroll = sheet.form.querySelector(".pp-sheet-scroll");
    // On a phone they open at the foot of the screen.
    this.phone = window.matchMedia("(max-width: 40rem)");
    for (const kind of ["focusin", "mouseover", "input", "toggle"]) {
      sheet.form.addEventListener(kind, () => this.soon(), true);
    }
    for (const kind of ["scroll", "resize"]) window.addEventListener(kind, () => this.soon(), true);
    for (const kind of ["load", "hashchange"]) window.addEventListener(kind, () => this.#arrive());
    document.addEventListener("click", ({ target }) => target.closest('a[href^="#cell-"]') && setTimeout(() => this.#arrive()));
    sheet.form.addEventListener("focusin", (event) => this.#closeOthers(event.target));
    document.addEventListener("pointerdown", (event) => this.#closeOthers(event.target));
    sheet.form.addEventListener("keydown", (event) => event.key === "Escape" && this.#escape(event));
  }

  /** The cell that the address names is entered, also where it is folded. */
  #arrive() {
    const field = document.getElementById(window.location.hash.slice(1));
    if (!field || !this.scroll.contains(field)) return;
    const fold = field.closest(".pp-more");
    if (fold) fold.open = true;
    field.closest("tr").scrollIntoView({ block: "nearest" });
    field.focus({ preventScroll: Boolean(fold) });
  }

  get #open() {
    return [...this.scroll.querySelectorAll(".pp-more[open]")];
  }

  /** A box of a state closes when somebody works elsewhere. */
  #closeOthers(target) {
    for (const box of this.#open) if (!box.contains(target)) box.open = false;
  }

  #escape(event) {
    for (const box of this.#open) {
      box.open = false;
      if (box.contains(event.target)) box.querySelector("summary").focus();
    }
  }

  soon() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#all());
  }

  #all() {
    const notes = [...this.scroll.querySelectorAll(OPEN)];
    const frame = this.scroll.getBoundingClientRect();
    const places = notes.map((note) => this.#at(note, frame));
    notes.forEach((note, i) => Object.assign(note.style, places[i]));
  }

  /** Under its cell, or over it where there is no room; the right edges meet where it would leave the window. */
  #at(note, frame) {
    if (this.phone.matches) return { position: "", top: "", left: "", right: "", visibility: "" };
    const cell = note.closest("td").getBoundingClientRect();
    const { width, height } = note.getBoundingClientRect();
    const end = document.documentElement.clientWidth - GAP;
    const left = cell.left + width > end ? Math.max(GAP, cell.right - width) : cell.left;
    const isLow = cell.bottom + GAP + height > window.innerHeight && cell.top - GAP - height > 0;
    const top = isLow ? cell.top - GAP - height : cell.bottom + GAP;
    const isBeside = cell.right > frame.left && cell.left < frame.right;
    const visibility = isBeside && cell.bottom > frame.top && cell.top < frame.bottom ? "" : "hidden";
    return { position: "fixed", top: `${top}px`, left: `${left}px`, right: "auto", visibility };
  }
}
