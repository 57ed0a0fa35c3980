// After a part of the page was swapped: the keyboard stays where it was or goes to what is told, and a screen reader
// hears what the list holds now. Without this file, and without the library, every link and form loads its page.
const body = document.body;
const offline = document.getElementById("sin-red");

body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  if (xhr.responseText.includes(`id="${target.id}"`)) return;
  // The answer is another page: the session has ended, or there is nothing left of this one.
  event.detail.shouldSwap = false;
  window.location.assign(xhr.responseURL);
});

body.addEventListener("htmx:beforeRequest", () => (offline.hidden = true));
body.addEventListener("htmx:sendError", () => (offline.hidden = false));

body.addEventListener("htmx:afterSettle", (event) => {
  const region = event.target;
  // The menu, whose counts came along, is no part that somebody was in.
  if (!region.matches("main, .pp-region")) return;
  const told = region.querySelector(".pp-told");
  const status = document.getElementById("dicho");
  if (told && status) status.textContent = told.textContent;
  if (document.activeElement !== body) return;
  const notice = region.querySelector(".pp-summary, .pp-notice:not([hidden])") ?? region;
  notice.tabIndex = -1;
  notice.focus();
});
