// What the server does not have yet stays on this machine: a closed page or an expired session loses nothing.

export class Keep {
  constructor(sheet) {
    this.sheet = sheet;
    const { organism, year, who } = sheet.form.dataset;
    this.key = `pp-registro-${year}-${organism}-${who}`;
    this.old = this.#read();
  }

  #read() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? null;
    } catch {
      return null;
    }
  }

  /** Write down what is not saved; nothing to write removes what was there. */
  write() {
    const rows = { ...this.old?.rows };
    for (const row of this.sheet.rows) {
      const changed = this.sheet.changed(row);
      if (changed.length) rows[row.code] = { ...rows[row.code], ...Object.fromEntries(changed) };
    }
    try {
      if (Object.keys(rows).length) localStorage.setItem(this.key, JSON.stringify({ at: this.#now(), rows }));
      else localStorage.removeItem(this.key);
      return true;
    } catch {
      // A browser that refuses to store: the page itself still holds the text.
      return false;
    }
  }

  #now() {
    return new Date().toLocaleTimeString("es-CO", { hour: "2-digit", minute: "2-digit", hour12: false });
  }

  /** The kept texts that the page does not show, as [field, text]. */
  lost() {
    return Object.entries(this.old?.rows ?? {}).flatMap(([code, texts]) => {
      const row = this.sheet.byCode.get(code);
      return Object.entries(texts)
        .map(([part, text]) => [row?.field(part), text, part])
        .filter(([field, text, part]) => field && !this.sheet.same(part, field.value, text));
    });
  }

  forget() {
    this.old = null;
    this.write();
  }
}
