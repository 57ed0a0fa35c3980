// What unfolds from the menu folds again with Escape, by a click elsewhere or when the keyboard leaves it.
const open = () => document.querySelector(".pp-menu-fold[open]");

document.addEventListener("keydown", (event) => {
  const fold = event.key === "Escape" && open();
  if (!fold) return;
  fold.open = false;
  if (fold.contains(document.activeElement)) fold.querySelector("summary").focus();
});

const leave = (event) => {
  const fold = open();
  // On a phone it pushes what follows down: to fold it under a finger would move what is being touched.
  const isOver = fold && getComputedStyle(fold.querySelector("ul")).position === "absolute";
  if (isOver && !fold.contains(event.target)) fold.open = false;
};
document.addEventListener("pointerdown", leave);
document.addEventListener("focusin", leave);
