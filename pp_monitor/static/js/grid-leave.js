// Leaving the page saves what was typed last: at once when it goes out of sight, and before a link is followed.

export class Leave {
  #warned = "";

  constructor(autosave, tell) {
    this.autosave = autosave;
    this.tell = tell;
    document.addEventListener("visibilitychange", () => document.hidden && autosave.flush());
    window.addEventListener("pagehide", () => autosave.leave());
    document.addEventListener("click", (event) => this.#click(event));
  }

  #click(event) {
    const link = event.target.closest("a[href]");
    const opensAside = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || opensAside || event.defaultPrevented || !this.autosave.isBehind) return;
    // Within the page nothing is left, and an expired session is mended by its link.
    if (link.getAttribute("href").startsWith("#") || link.closest("#guardado")) return;
    event.preventDefault();
    this.#follow(link.href);
  }

  async #follow(address) {
    await this.autosave.flush();
    if (!this.autosave.isBehind || this.#warned === address) return window.location.assign(address);
    this.#warned = address;
    const how = "Si oprime otra vez, sale sin guardarlo y queda en este equipo.";
    return this.tell(`Lo último todavía no está guardado. ${how}`, true);
  }
}
